#!/usr/bin/env python3
"""Each check finds what it looks for, and lets pass what is right."""
import sys
import unittest

sys.dont_write_bytecode = True

import check_direction  # noqa: E402
import check_readme  # noqa: E402
import check_repeats  # noqa: E402
import check_tidy  # noqa: E402
import check_words  # noqa: E402


class Direction(unittest.TestCase):
    def test_the_planned_graph_passes(self):
        self.assertEqual(check_direction.faults({"portfolio": set(), "tax": {"portfolio"}}), [])

    def test_upwards_is_a_fault(self):
        self.assertEqual(check_direction.faults({"portfolio": {"tax"}, "tax": set()}),
                         ["portfolio may not depend on tax"])

    def test_the_judge_never_reaches_the_planner_even_through_others(self):
        graph = {"validate": {"tax"}, "tax": {"portfolio"}, "portfolio": {"optimize"}, "optimize": set()}
        self.assertIn("validate reaches optimize, which it never may", check_direction.faults(graph))

    def test_a_new_crate_has_to_be_entered(self):
        self.assertTrue(check_direction.faults({"novel": set()})[0].startswith("novel: not in the table"))


class Words(unittest.TestCase):
    def test_paths_and_hosts_are_found(self):
        for line in ("see /work/main", "~/.library/x", "from https://pypi.org/simple", "https://index.crates.io/"):
            self.assertEqual(len(check_words.faults("a.md", "fine\n" + line)), 1, line)

    def test_ordinary_words_pass(self):
        self.assertEqual(check_words.faults("a.md", "work/life, a library, cargo, pip, shared/"), [])


class Tidy(unittest.TestCase):
    def test_names_openings_and_length(self):
        faults = check_tidy.rust_faults("src/utils.rs", "struct TaxService;\ntodo!()\n" + "\n" * 600)
        self.assertEqual(len(faults), 5, faults)

    def test_tests_do_not_count_as_length(self):
        self.assertEqual(check_tidy.rust_faults("src/lot.rs", "//! Lots.\n#[cfg(test)]\nmod tests {" + "\n" * 600), [])

    def test_links(self):
        text = "[a](b.md#part) [c](https://d.example) [e](missing.md)"
        self.assertEqual(check_tidy.markdown_faults("docs/x.md", text, lambda p: p == "docs/b.md"),
                         ["docs/x.md: the link missing.md leads nowhere"])

    def test_notes_between_authors(self):
        self.assertEqual(len(check_tidy.repository_faults(["a/OWNERS.txt", "a/b.rs"])), 1)


class Repeats(unittest.TestCase):
    CODE = "".join(f"let x{i} = {i}; // {{}}\n" for i in range(15))

    def test_the_same_code_twice_is_told_once(self):
        self.assertEqual(len(check_repeats.faults({"a.rs": self.CODE, "b.rs": "\n" + self.CODE.replace(" = ", "  =  ")})), 1)

    def test_other_code_imports_and_tests_pass(self):
        tests = "#[cfg(test)]\nmod tests {\n" + self.CODE
        uses = "use a::b;\n" * 40
        self.assertEqual(check_repeats.faults({"a.rs": self.CODE, "b.rs": tests, "c.rs": uses, "d.rs": uses}), [])


class Readme(unittest.TestCase):
    def test_commands_and_expectations_are_read(self):
        text = "```console\n$ echo a\na\n$ echo b\nb\n```\n```console\n$ make demo\n```\n```\n$ no\n```\n"
        self.assertEqual(check_readme.examples(text), [(2, "echo a", ["a"]), (4, "echo b", ["b"])])

    def test_comparison(self):
        self.assertTrue(check_readme.agrees(["a", "...", "took [..] s"], "a\nb\nc\ntook 1.5 s\n"))
        self.assertTrue(check_readme.agrees(["a", ""], "a\n"))
        for printed in ("a\nb\n", "", "took s"):
            self.assertFalse(check_readme.agrees(["a"], printed), printed)


if __name__ == "__main__":
    unittest.main()
