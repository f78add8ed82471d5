"""A bet to place, and the place further down the page where it meets the truth."""

import html
from dataclasses import dataclass
from numbers import Integral

from .. import plots
from ..checks import checked, listed, measured
from ..html import marked
from . import kit

SCRIPTS = ("number.js", "bet.js")


@dataclass(frozen=True)
class Bet:
    """A question that a chapter asks before it answers it: the reader drags a number or chooses one of some answers.

    name: its own on the page.  low, high: whole numbers between which the bet lies; unit: what follows them, with its
    space.  choices: two or more answers instead of a number.

    >>> grass = Bet("grass", "How many per cent of its bytes will the lawn keep?", 0, 200, " %")
    """

    name: str
    question: str
    low: int = 0
    high: int = 100
    unit: str = ""
    choices: tuple[str, ...] = ()

    def __post_init__(self):
        for text in ("name", "question", "unit"):
            checked(text, getattr(self, text), str)
        choices = tuple(checked("a choice", choice, str) for choice in listed("choices", self.choices))
        if len(choices) == 1:
            raise ValueError("a choice is among two answers or more")
        object.__setattr__(self, "choices", choices)
        if choices:
            object.__setattr__(self, "low", 0)
            object.__setattr__(self, "high", len(choices) - 1)
        for bound in (self.low, self.high):
            measured("a bound", bound, -kit.MOST, kit.MOST, Integral)
        if self.low >= self.high:
            raise ValueError(f"a bet lies between two numbers, not between {self.low} and {self.high}")

    def place(self, caption: str = "") -> plots.Html:
        """Return the figure in which the reader places the bet."""
        middle = (self.low + self.high) // 2
        if self.choices:
            group = f"bet {self.name}"
            control = "".join(f'<label class="ic-choice"><input {kit.QUIET} type="radio" name="{html.escape(group)}">'
                              f"{html.escape(choice)}</label>" for choice in self.choices)  # fmt: skip
            control = f'<div class="ic-choices" role="radiogroup" aria-label="Your bet">{control}</div>'
        else:
            control = kit.number("bet", "Your bet:", self.low, self.high, middle, self.amount(middle))
        control += f'<button {kit.QUIET} type="button" class="ic-key ic-place">Place the bet</button>'
        first = f'<p class="ic-question">{marked(html.escape(self.question, quote=False))}</p>'
        tools = f'<div class="ic-tools" hidden>{control}</div>'
        return kit.figure("bet", first + tools, "", self._settings(), SCRIPTS, caption)

    def confront(self, truth: int, caption: str = "") -> plots.Html:
        """Return the figure that says the true value, the number of the right choice, and meets the bet with it."""
        truth = int(measured("truth", truth, self.low, self.high, Integral))
        question = marked(html.escape(self.question, quote=False))
        scale = ""
        if not self.choices:
            share = 100 * (truth - self.low) / (self.high - self.low)
            scale = (f'<div class="ic-scale" aria-hidden="true"><i class="ic-truth" style="left:{share:.3f}%"></i>'
                     '<i class="ic-mine" hidden></i></div><div class="ic-ends" aria-hidden="true">'
                     f"<span>{self.amount(self.low)}</span><span>{self.amount(self.high)}</span></div>"
                     '<p class="ic-legend">Square: the truth. Line: your bet.</p>')  # fmt: skip
        first = f'<p class="ic-question">{question}</p>{scale}'
        settings = {"bet": self._settings(), "truth": truth}
        return kit.figure("confront", first, f"It is {self.amount(truth)}.", settings, SCRIPTS, caption)

    def amount(self, value: int) -> str:
        """Return a value in words, as HTML: the number and its unit, or the choice.

        >>> Bet("a", "b", 0, 2000, " bytes").amount(1000)
        '1,000 bytes'
        """
        measured("value", value, self.low, self.high, Integral)
        return html.escape(self.choices[value] if self.choices else f"{value:,}{self.unit}")

    def _settings(self):
        return {"name": self.name, "low": int(self.low), "high": int(self.high), "unit": self.unit,
                "choices": list(self.choices)}  # fmt: skip
