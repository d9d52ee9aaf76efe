"""The catalogue: complete in Indonesian, and the tool that keeps it."""

from __future__ import annotations

import gettext as gnu

from balai.shell import messages


def package(tmp_path, template="", code=""):
    folder = tmp_path / "parks"
    (folder / "templates").mkdir(parents=True)
    (folder / "apps.py").write_text("")
    (folder / "templates" / "page.html").write_text(template)
    (folder / "views.py").write_text(code)
    return folder


def test_every_message_of_the_site_is_translated():
    assert [str(each) for each in messages.missing()] == []


def test_messages_are_found_in_templates_and_code(tmp_path):
    folder = package(
        tmp_path,
        template="""<p>It's {% translate "a bench" %}</p>
            {% blocktranslate with n=name trimmed %}
                for {{ n }}
            {% endblocktranslate %}""",
        code="x = _('a tree')\ny = ngettext('%(n)d tree', '%(n)d trees', 2)\n",
    )
    found = {message.id for message in messages.messages_of(folder, "id") if message.id}
    assert found == {"a bench", "for %(n)s", "a tree", ("%(n)d tree", "%(n)d trees")}


def test_translations_survive_and_dead_messages_go(tmp_path):
    folder = package(tmp_path, template='{% translate "a bench" %}{% translate "old" %}')
    po = messages.catalogue_path(folder, "id")
    messages.extract_all(source=tmp_path)
    po.write_text(po.read_text().replace('"a bench"\nmsgstr ""', '"a bench"\nmsgstr "bangku"'))
    (folder / "templates" / "page.html").write_text('{% translate "a bench" %}')
    messages.extract_all(source=tmp_path)
    assert 'msgstr "bangku"' in po.read_text()
    assert "old" not in po.read_text()


def test_a_lost_placeholder_and_a_gap_are_named(tmp_path):
    folder = package(
        tmp_path,
        template="{% blocktranslate %}for {{ n }}{% endblocktranslate %}{% translate 'b' %}",
    )
    messages.extract_all(source=tmp_path)
    po = messages.catalogue_path(folder, "id")
    po.write_text(po.read_text().replace('"for %(n)s"\nmsgstr ""', '"for %(n)s"\nmsgstr "x"'))
    reasons = {each.message: each.reason for each in messages.missing(tmp_path)}
    assert reasons == {
        "for %(n)s": "other placeholders than the original",
        "b": "no translation",
    }


def test_compiled_catalogue_is_what_gettext_reads(tmp_path):
    folder = package(tmp_path, code="x = ngettext('%(n)d tree', '%(n)d trees', 2)\n")
    messages.extract_all(source=tmp_path)
    po = messages.catalogue_path(folder, "id")
    po.write_text(po.read_text().replace('msgstr[0] ""', 'msgstr[0] "%(n)d pohon"'))
    (mo,) = messages.compile_all(tmp_path)
    with mo.open("rb") as file:
        read = gnu.GNUTranslations(file)
    assert read.ngettext("%(n)d tree", "%(n)d trees", 1) == "%(n)d pohon"
    assert read.ngettext("%(n)d tree", "%(n)d trees", 5) == "%(n)d pohon"


def test_unknown_verb_and_package_exit_with_2(capsys):
    assert messages.main(["sing"]) == 2
    assert messages.main(["extract", "no-such-package"]) == 2
    assert "no-such-package" in capsys.readouterr().err


def test_a_message_that_two_packages_translate_differently_is_named(tmp_path):
    for name, told in (("lakes", "Hentikan"), ("parks", "Perhentian")):
        folder = tmp_path / name
        (folder / "templates").mkdir(parents=True)
        (folder / "apps.py").write_text("")
        (folder / "templates" / "page.html").write_text('{% translate "Stop" %}')
        messages.extract_all([name], source=tmp_path)
        po = messages.catalogue_path(folder, "id")
        po.write_text(po.read_text().replace('msgstr ""\n\n', f'msgstr "{told}"\n\n'))
        po.write_text(po.read_text().replace('"Stop"\nmsgstr ""', f'"Stop"\nmsgstr "{told}"'))
    found = [(each.package, each.reason) for each in messages.missing(tmp_path)]
    assert found == [("parks", "lakes translates it otherwise")]
