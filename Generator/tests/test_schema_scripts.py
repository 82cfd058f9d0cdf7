"""How the SQL files of the schemas are read: Sources/Tenancy/Schema/Migrations/README.md."""

import hashlib
import pathlib
import tempfile
import unittest

from icdsgen import schema_scripts
from icdsgen.schema_scripts import FOLDER, ScriptError

PLACEHOLDERS = ["{schema}", "{sharing_role}"]

SCRIPT = """\
-- What the file is for.

-- Why the table is there.
-- name: tenant.v1.table
CREATE TABLE {schema}.thing (
    -- A comment inside stays.
    id uuid
);

-- Belongs to the next.
-- name: tenant.v1.grant
DO $body$
BEGIN
    GRANT SELECT ON {schema}.thing TO {sharing_role};

    GRANT INSERT ON {schema}.thing TO {sharing_role};
END
$body$;
"""


def statements(text, placeholders=PLACEHOLDERS):
    return schema_scripts.statements(text.splitlines(), "tenant/0001-x.sql", placeholders)


class Statements(unittest.TestCase):
    def test_each_is_its_text_without_its_end_and_without_what_stands_between(self):
        found = statements(SCRIPT)
        self.assertEqual([name for name, _ in found], ["tenant.v1.table", "tenant.v1.grant"])
        self.assertEqual(
            found[0][1],
            "CREATE TABLE {schema}.thing (\n    -- A comment inside stays.\n    id uuid\n)")
        self.assertTrue(found[1][1].startswith("DO $body$\nBEGIN\n"))
        self.assertTrue(found[1][1].endswith("\nEND\n$body$"))
        self.assertIn("\n\n    GRANT INSERT", found[1][1])

    def test_a_file_without_statements_has_none(self):
        self.assertEqual(statements(""), [])
        self.assertEqual(statements("-- Nothing yet.\n\n"), [])

    def refused(self, text, part, placeholders=PLACEHOLDERS):
        with self.assertRaises(ScriptError) as caught:
            statements(text, placeholders)
        self.assertIn("tenant/0001-x.sql", str(caught.exception))
        self.assertIn(part, str(caught.exception))

    def test_text_before_the_first_name_is_refused(self):
        self.refused("SELECT 1;\n-- name: a\nSELECT 2;\n", "text before the first name")

    def test_a_name_that_is_none_is_refused(self):
        for line in ["-- name:a", "-- name: ", "-- name: a b", "-- name: " + "a" * 41,
                     "-- name: ä"]:
            self.refused(f"{line}\nSELECT 1;\n", "malformed line")

    def test_a_statement_without_its_end_is_refused(self):
        self.refused("-- name: a\nSELECT 1\n", "a does not end with ';'")
        self.refused("-- name: a\nSELECT 1; -- and\n", "a does not end with ';'")
        self.refused("-- name: a\n\n-- name: b\nSELECT 1;\n", "a does not end with ';'")
        self.refused("-- name: a\n-- Nothing but this.\n", "a does not end with ';'")

    def test_a_placeholder_that_the_schema_has_not_is_refused(self):
        self.refused("-- name: a\nSELECT 1 FROM {other}.x;\n", "unknown {other}")
        self.refused("-- name: a\nSELECT 1 FROM {schema}.x;\n", "unknown {schema}", [])
        # What is no name in braces is SQL's own.
        self.assertEqual(
            statements("-- name: a\nSELECT '{}', '{1,2}';\n"), [("a", "SELECT '{}', '{1,2}'")])

    def test_what_would_end_swifts_text_is_refused(self):
        self.refused('-- name: a\nSELECT \'"""\';\n', "three quotation marks")


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.repository = pathlib.Path(folder.name)
        self.folder = self.repository / FOLDER / "tenant"
        self.folder.mkdir(parents=True)

    def write(self, name, text="-- name: {}\nSELECT 1;\n"):
        (self.folder / name).write_text(text.replace("{}", "s" + name[:4]))

    def read(self):
        return schema_scripts.read(self.repository, "tenant", PLACEHOLDERS)

    def test_they_come_in_their_order_with_the_digest_of_the_file(self):
        self.write("0002-second-step.sql")
        self.write("0001-baseline.sql", SCRIPT)
        first, second = self.read()
        self.assertEqual(first[:2], (1, "baseline"))
        self.assertEqual(second[:2], (2, "second-step"))
        self.assertEqual(first[2], hashlib.sha256(SCRIPT.encode()).hexdigest())
        self.assertEqual(len(first[3]), 2)

    def test_a_comment_changes_the_digest_and_no_statement(self):
        self.write("0001-baseline.sql", SCRIPT)
        [(_, _, before, statements_before)] = self.read()
        self.write("0001-baseline.sql", "-- More.\n" + SCRIPT)
        [(_, _, after, statements_after)] = self.read()
        self.assertNotEqual(before, after)
        self.assertEqual(statements_before, statements_after)

    def test_a_gap_a_number_twice_and_another_name_are_refused(self):
        for names in [["0002-x.sql"], ["0001-a.sql", "0003-b.sql"],
                      ["0001-a.sql", "0001-b.sql"], ["0001_a.sql"], ["0001-A.sql"],
                      ["0001-a.sql", "README.md"]]:
            with self.subTest(names=names):
                for path in self.folder.iterdir():
                    path.unlink()
                for name in names:
                    self.write(name)
                with self.assertRaisesRegex(ScriptError, "expected 000[123]-<name>.sql"):
                    self.read()

    def test_a_name_is_there_once_in_all_files(self):
        text = "-- name: same\nSELECT 1;\n"
        self.write("0001-a.sql", text)
        self.write("0002-b.sql", text)
        with self.assertRaisesRegex(ScriptError, "0002-b.sql: same is there twice"):
            self.read()


class Output(unittest.TestCase):
    """The committed scripts, as the program gets them."""

    REPOSITORY = pathlib.Path(__file__).resolve().parents[2]

    def test_every_statement_of_every_file_is_in_it_with_its_digest(self):
        [(path, text)] = schema_scripts.generate(self.REPOSITORY).items()
        self.assertEqual(path, schema_scripts.OUTPUT)
        count = 0
        for schema, placeholders in schema_scripts.SCHEMAS.items():
            for script in schema_scripts.read(self.REPOSITORY, schema, placeholders):
                self.assertIn(f'digest: "{script[2]}"', text)
                for name, body in script[3]:
                    self.assertIn(f'"{name}"', text)
                    self.assertIn(f"{' ' * 20}{body.splitlines()[0]}\n", text)
                    count += 1
        self.assertGreater(count, 50)
        self.assertEqual(text.count("                Statement("), count)


if __name__ == "__main__":
    unittest.main()
