"""A figure as a line of text: what commands print."""

from annotations.agreement.metrics import Measured


def shown(measured: Measured) -> str:
    """Return a figure with its interval, or the reason why there is none."""
    figure, interval = measured.figure, measured.interval
    if figure.value is None:
        return figure.reason
    if interval.low is None or interval.high is None:
        return f"{figure.value:6.3f}  {interval.reason}"
    return f"{figure.value:6.3f}  {interval.low:.3f} to {interval.high:.3f}"
