"""The desk: what is known of a day's customers that somebody must do something about, and the page of it."""
