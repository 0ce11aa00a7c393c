"""The templates of `poolhouse synth`, for every definition that the crate's cases hold, go through cfn-lint."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("POOLHOUSE_BIN", str(ROOT / "target/release/poolhouse"))
CASES = ROOT / "crates/define-auth/tests/cases"

# What a definition asks for in so many words, and Amplify writes for it all the same: the case, and the rule.
ASKED_FOR = {
    ("35-overrides", "W3011"),  # DeletionPolicy by an override, without UpdateReplacePolicy.
    ("38-groups", "E3031"),  # A group's name with a blank in it: AWS refuses it when it is deployed.
    ("104-deep-overrides", "W3011"),
}


def good_cases():
    """Each case that is taken: its name, its folder, and how the commands are told its deployment."""
    for folder in sorted(CASES.iterdir()):
        if not folder.is_dir():
            continue
        case = json.loads((folder / "case.json").read_text())
        if case["expect"] != "ok":
            continue
        arguments = case["args"]
        words = ["--type", arguments["type"]]
        for flag, key in (("--branch", "branch"), ("--app-id", "appId")):
            if key in arguments:
                words += [flag, arguments[key]]
        yield folder.name, folder, words, arguments.get("env", {})


def synth(folder, words, env):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [BINARY, "synth", str(folder), *words]
    done = subprocess.run(command, env={**kept, **env}, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"{folder.name}: {done.stderr}")
    return done.stdout


def lint(folder):
    """What cfn-lint says of the templates in a folder, by file."""
    linter = pathlib.Path(__file__).parent / ".venv/bin/cfn-lint"
    command = [str(linter), "--format", "json", "--regions", "us-east-1", "--", *map(str, sorted(folder.glob("*.json")))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    said = json.loads(done.stdout or "[]")
    if done.returncode != 0 and not said:
        raise AssertionError(done.stderr)
    found = [(pathlib.Path(one["Filename"]).stem, one["Rule"]["Id"], one["Message"]) for one in said]
    return [" ".join(one) for one in found if one[:2] not in ASKED_FOR]


class Templates(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.templates = {name: synth(*case) for name, *case in good_cases()}

    def lint(self, templates):
        with tempfile.TemporaryDirectory() as folder:
            for name, template in templates.items():
                (pathlib.Path(folder) / f"{name}.json").write_text(template)
            return lint(pathlib.Path(folder))

    def test_cfn_lint_accepts_every_template(self):
        self.assertGreater(len(self.templates), 60)
        self.assertEqual(self.lint(self.templates), [])

    def test_cfn_lint_is_heard(self):
        template = json.loads(self.templates["01-email-only"])
        template["Resources"]["UserPool"]["Properties"]["MfaConfiguration"] = "SOMETIMES"
        said = self.lint({"wrong": json.dumps(template)})
        self.assertTrue(any("SOMETIMES" in line for line in said), said)

    def test_equal_definitions_have_equal_templates(self):
        for name, *case in good_cases():
            with self.subTest(name):
                self.assertEqual(self.templates[name], synth(*case))


if __name__ == "__main__":
    unittest.main()
