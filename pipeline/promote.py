"""``forewarn promote``: the challenger becomes the champion, which ``score`` serves.

Its release bundle is made, stored beside its run in MLflow, fetched again and opened as ``score`` will open it;
only then the alias ``champion`` is pointed at it.
"""

from pipeline import bundle, tracking
from pipeline.errors import MissingInput
from pipeline.params import Params
from pipeline.paths import Paths
from pipeline.score import declarations


def run(params: Params, paths: Paths) -> int:
    """Release the challenger and have it serve; done twice it changes nothing."""
    challenger = tracking.version(paths, tracking.CHALLENGER)
    if challenger is None:
        raise MissingInput(
            f"MLflow knows no challenger of dataset '{paths.dataset}'; "
            f"make one with 'forewarn choose --dataset {paths.dataset}'."
        )
    files = bundle.made(params, paths)
    released = tracking.released(paths, challenger, files)
    bundle.opened(tracking.fetched(paths, released), bundle.digest(files), declarations())
    serving = tracking.version(paths, tracking.CHAMPION)
    if serving is None or serving.version != released.version:
        tracking.point(paths, tracking.CHAMPION, released)
    print(f"champion: version {released.version} of '{released.name}', release {bundle.digest(files)[:12]}")
    return 0
