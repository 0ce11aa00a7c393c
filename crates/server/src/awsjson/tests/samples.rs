//! For each pattern of the model: texts that match it, and a symbol that spoils them.
//!
//! Written by hand from the patterns, so that the tests do not ask the code under test.

/// How texts for a pattern are made.
pub(super) struct Sample {
    pub(super) pattern: &'static str,
    /// The shortest text that matches and can be made longer at its end.
    pub(super) seed: &'static str,
    /// What makes it longer.
    pub(super) pad: char,
    /// The longest such text that still matches, in symbols.
    pub(super) longest: usize,
    /// What no text that matches can have as its last symbol.
    pub(super) spoiler: Option<char>,
}

impl Sample {
    pub(super) fn of(pattern: &str) -> &'static Self {
        let found = SAMPLES.iter().find(|sample| sample.pattern == pattern);
        found.unwrap_or_else(|| panic!("write a sample for the new pattern {pattern}"))
    }

    /// A text of `length` symbols, and whether it matches.
    pub(super) fn text(&self, length: usize) -> (String, bool) {
        let pads = std::iter::repeat(self.pad);
        let text = self.seed.chars().chain(pads).take(length).collect();
        (
            text,
            (self.seed.chars().count()..=self.longest).contains(&length),
        )
    }
}

const fn sample(pattern: &'static str, seed: &'static str, spoiler: char) -> Sample {
    Sample {
        pattern,
        seed,
        pad: 'a',
        longest: usize::MAX,
        spoiler: Some(spoiler),
    }
}

/// A pattern for texts of one or a few lengths.
const fn fixed(pattern: &'static str, seed: &'static str, longest: usize) -> Sample {
    Sample {
        pattern,
        seed,
        pad: 'a',
        longest,
        spoiler: Some('!'),
    }
}

const BELL: char = '\u{7}';

pub(super) const SAMPLES: &[Sample] = &[
    sample(r"[\x21\x23-\x5B\x5D-\x7E]+", "~", '"'),
    sample(r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+", "~", '/'),
    sample(
        r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        "arn:aws:s::1:x",
        ' ',
    ),
    sample(
        r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
        "arn:aws:s:eu-west-1:1:x:y:z",
        ':',
    ),
    sample(
        r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:::[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        "arn:aws:s3:::b",
        '*',
    ),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+", "\t", BELL),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", "ü", ' '),
    sample(r"^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$", "h", '\n'),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+", "\u{a0}", '\n'),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", "\n", BELL),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]+", "*", BELL),
    sample(r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", "", BELL),
    sample(
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        "{####}",
        BELL,
    ),
    sample(
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        "{####}",
        BELL,
    ),
    sample(
        r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        "a@b",
        ' ',
    ),
    sample(
        r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
        "abc",
        '_',
    ),
    sample(r"[\w+]+", "+", '-'),
    sample(r"[\w]+", "_", '-'),
    sample(r"[\w+=/]+", "=", '-'),
    sample(r"[\w+-]+", "-", '='),
    sample(r"[\w\s+=,.@-]+", " ", 'ü'),
    sample(r"[\w\s+=.@-]+", " ", ','),
    sample(r"^[\w\- ]+$", "-", '\t'),
    sample(r"[\S]+", "\u{a0}", ' '),
    sample(r"[\w-]+_[0-9a-f-]+", "e-1_-", 'g'),
    sample(r"[\w-]+_[0-9a-zA-Z]+", "e-1_Z", '-'),
    sample(r"[A-Za-z0-9-_+/=.]+", "+", '~'),
    sample(r"[A-Za-z0-9-_=.]+", "-", '+'),
    sample(r"[A-Za-z0-9]+", "Z", '-'),
    sample(r"^[0-9a-fA-F]+$", "F", 'g'),
    sample(r"^[a-zA-Z0-9_-]+$", "-", '.'),
    sample(r"^[0-9A-Za-z\.\-_]*(?<!\.)$", "-", '.'),
    sample(r"import-[0-9a-zA-Z-]+", "import--", '_'),
    Sample {
        pattern: r"[0-9]+",
        seed: "0",
        pad: '9',
        longest: usize::MAX,
        spoiler: Some('٣'),
    },
    Sample {
        pattern: r".*\{####\}.*",
        seed: "{####}",
        pad: 'a',
        longest: usize::MAX,
        spoiler: Some('\n'),
    },
    Sample {
        pattern: "(?s).*",
        seed: "\n",
        pad: 'a',
        longest: usize::MAX,
        spoiler: None,
    },
    fixed(r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$", "a", 63),
    fixed(
        r"^(tkn|sso)[a-z0-9]{25}$",
        "ssoabcdefghijklmnopqrstuvwxy",
        28,
    ),
    fixed("Level[1-4]", "Level4", 6),
    fixed("^(terms-of-use|privacy-policy)$", "terms-of-use", 12),
    fixed(
        "^cognito:(default|dutch|english|french|spanish|german|bahasa-indonesia|italian|japanese|korean|portuguese-brazil|chinese-(simplified|traditional))$",
        "cognito:dutch",
        13,
    ),
    fixed(
        "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[4][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
        "01234567-89ab-4cde-bF01-23456789abcd",
        36,
    ),
];
