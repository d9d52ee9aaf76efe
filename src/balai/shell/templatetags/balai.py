"""What the site's templates need: icons, built files, figures as people write them, components."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from balai.shell import formats

register = template.Library()

MODE_ICONS = {"mikrotrans": "angkot"}
STATUS_ICONS = {"ok", "info", "wait", "late", "mute"}


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite. With a label it speaks; without, it is decoration."""
    address = f"{static('balai/icons.svg')}#{MODE_ICONS.get(name, name)}"
    classes = f"ic {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes, label, address,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address
    )


@register.simple_tag
def logo() -> SafeString:
    """The hall, in the colours of its surroundings."""
    return format_html(
        '<svg class="logo" aria-hidden="true"><use href="{}#logo"></use></svg>',
        static("balai/icons.svg"),
    )


@register.simple_tag
def asset(path: str) -> str:
    """The address of a built file, for example `map.js`."""
    return static(f"balai/{path}")


@register.simple_tag
def demonstration_accounts() -> list[dict[str, Any]]:
    """The demonstration's sign-ins, where this installation is one; else none."""
    if not settings.DEMONSTRATION:
        return []
    from balai.kernel.access.actions.demo import KNOWN_PASSWORD
    from balai.kernel.access.roles import all_roles

    return [
        {"username": role.demo.username, "password": KNOWN_PASSWORD, "role": role.title}
        for role in all_roles()
        if role.demo
    ]


@register.simple_tag
def identity_provider() -> Any:
    """The issuer whose identities are taken at sign-in, or None."""
    from balai.kernel.access.oidc.provider import provider

    return provider()


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """A number with grouped thousands; empty for nothing."""
    return "" if value in (None, "") else formats.number(value, decimals)


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """A share from 0 to 1 as a percentage."""
    return "" if value in (None, "") else formats.percent(value, decimals)


@register.filter
def rupiah(value: Any) -> str:
    """Whole rupiah."""
    return "" if value in (None, "") else formats.rupiah(int(value))


@register.filter
def money(value: Any, currency: str) -> str:
    """An amount in minor units of the currency."""
    return "" if value in (None, "") else formats.money(int(value), currency)


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """The time of day."""
    return formats.clock(value) if value else ""


@register.filter
def day(value: dt.date | None, form: str = "full") -> str:
    """A date; `form` is full, plain, short, weekday or month."""
    return formats.day(value, form) if value else ""


@register.filter
def moment(value: dt.datetime | None, form: str = "full") -> str:
    """A date and time with its zone."""
    return formats.moment(value, form) if value else ""


@register.filter
def distance(value: Any) -> str:
    """Metres as a distance."""
    return "" if value in (None, "") else formats.distance(value)


@register.filter
def duration(value: Any) -> str:
    """Seconds, or a timedelta, as hours and minutes."""
    if value in (None, ""):
        return ""
    seconds = value.total_seconds() if isinstance(value, dt.timedelta) else value
    return formats.duration(seconds)


@register.filter
def localised(titles: Mapping[str, str] | str | None) -> str:
    """The title in the visitor's language, of a mapping by language; English, then any, else."""
    if not isinstance(titles, Mapping):
        return titles or ""
    language = (get_language() or "id").split("-")[0]
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), "")


@register.filter
def status_icon(status: str) -> str:
    """The icon of a status; an unknown status has the quiet one."""
    return status if status in STATUS_ICONS else "mute"


@register.filter
def widget_kind(bound: BoundField) -> str:
    """How a form's field is laid out: `choices`, `check` or `text`."""
    kind = getattr(bound.field.widget, "input_type", "")
    if kind == "radio" or bound.use_fieldset:
        return "choices"
    return "check" if kind == "checkbox" else "text"


@register.filter
def elided(page: Page[Any]) -> Iterator[int | str]:
    """The page numbers to offer, with gaps where there are many."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/form_field.html")
def form_field(bound: BoundField, hint: str = "", width: str = "") -> dict[str, Any]:
    """A field of a Django form with its label, hint and error, in our mark-up."""
    return {"field": bound, "hint": hint or bound.help_text, "width": width}


@register.tag
def component(parser: Parser, token: Token) -> ComponentNode:
    """`{% component "card" title=... %}body{% endcomponent %}`: components/card.html, where the
    body stands as `content`. The component sees only what it is given.
    """
    bits = token.split_contents()
    if len(bits) < 2:
        raise template.TemplateSyntaxError("component needs the name of a component")
    rest = bits[2:]
    arguments = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError(f"component takes name=value pairs, not {rest[0]!r}")
    body = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(bits[1]), arguments, body)


class ComponentNode(template.Node):
    """Renders its body into the component's template."""

    def __init__(
        self, name: FilterExpression, arguments: Mapping[str, FilterExpression], body: NodeList
    ) -> None:
        self.name, self.arguments, self.nodelist = name, arguments, body

    def __iter__(self) -> Iterator[template.Node]:
        yield from self.nodelist

    def render(self, context: Context) -> SafeString:
        """The component with its body."""
        given = {name: value.resolve(context) for name, value in self.arguments.items()}
        given["content"] = self.nodelist.render(context)
        engine = context.template.engine  # type: ignore[union-attr]
        found = engine.get_template(f"components/{self.name.resolve(context)}.html")
        return found.render(context.new(given))
