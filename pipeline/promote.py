"""``forewarn promote``: the challenger becomes the champion, which ``score`` serves.

Its release bundle is made, stored beside its run in MLflow, fetched again and opened as ``score`` will open it;
only then the alias ``champion`` is pointed at it.
"""

from pipeline import released, tracking
from pipeline.errors import MissingInput
from pipeline.params import Params
from pipeline.paths import Paths


def run(params: Params, paths: Paths) -> int:
    """Release the challenger and have it serve; done twice it changes nothing."""
    challenger = tracking.version(paths, tracking.CHALLENGER)
    if challenger is None:
        raise MissingInput(
            f"MLflow knows no challenger of dataset '{paths.dataset}'; "
            f"make one with 'forewarn choose --dataset {paths.dataset}'."
        )
    champion = tracking.version(paths, tracking.CHAMPION)
    candidate = released.release(params, paths, challenger)
    if champion is None or champion.version != candidate.version:
        tracking.point(paths, tracking.CHAMPION, candidate)
    release = tracking.digest_of(candidate)[:12]
    print(f"champion: version {candidate.version} of '{candidate.name}', release {release}")
    return 0
