//! Allowed origins: what may stand in the list, and what an entry lets in.

use poolhouse_webauthn::AllowedOrigin;

const APK: &str = "android:apk-key-hash:MuVz1hl6QLnYTXGbGAMGbhQCn1RcWUkRcrVuLkoZ63M";

fn allowed(entry: &str) -> AllowedOrigin {
    AllowedOrigin::parse(entry).unwrap()
}

#[test]
fn an_exact_entry_matches_itself_and_nothing_else() {
    let entry = allowed("https://example.org");
    assert!(entry.matches("https://example.org"));
    for other in [
        "https://example.org/",
        "https://example.org:443",
        "https://example.org:8443",
        "http://example.org",
        "https://www.example.org",
        "https://example.org.evil.example",
        "https://evil.example#https://example.org",
        "https://user@example.org",
        "https://example.org\0",
        "https://EXAMPLE.org",
        "https://ex\u{430}mple.org",
        " https://example.org",
        "null",
        "",
    ] {
        assert!(!entry.matches(other), "{other:?}");
    }
}

#[test]
fn an_android_app_is_known_by_the_hash_of_its_key() {
    assert!(allowed(APK).matches(APK));
    assert!(!allowed(APK).matches(&APK.to_lowercase()));
    for wrong in [
        "android:apk-key-hash:",
        "android:apk-key-hash:c2hvcnQ",
        &format!("{APK}="),
    ] {
        assert!(AllowedOrigin::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_development_server_may_have_any_port() {
    let entry = allowed("http://localhost:*");
    for origin in [
        "http://localhost",
        "http://localhost:3000",
        "http://localhost:65535",
    ] {
        assert!(entry.matches(origin), "{origin}");
    }
    for origin in [
        "https://localhost:3000",
        "http://localhost:",
        "http://localhost:0",
        "http://localhost:080",
        "http://localhost:65536",
        "http://localhost:+80",
        "http://localhost:3000/",
        "http://localhost.evil.example",
        "http://localhost:3000@evil.example",
    ] {
        assert!(!entry.matches(origin), "{origin}");
    }
}

#[test]
fn subdomains_are_those_of_the_domain_on_the_default_port() {
    let entry = allowed("https://*.example.org");
    for origin in ["https://a.example.org", "https://a-1.b.example.org"] {
        assert!(entry.matches(origin), "{origin}");
    }
    for origin in [
        "https://example.org",
        "https://.example.org",
        "https://a..example.org",
        "https://evilexample.org",
        "https://a.example.org.evil.example",
        "https://a.example.org:8443",
        "http://a.example.org",
        "https://evil.example/.example.org",
        "https://evil.example#.example.org",
        "https://user@a.example.org",
        "https://A.example.org",
        "https://-a.example.org",
    ] {
        assert!(!entry.matches(origin), "{origin}");
    }
}

#[test]
fn an_entry_is_an_origin_as_clients_write_it() {
    for good in [
        "https://example.org",
        "https://xn--bcher-kva.example:8443",
        "https://192.0.2.1",
        "https://[2001:db8::1]:8443",
        "http://localhost",
        "http://app.localhost:5173",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "https://localhost:*",
        APK,
    ] {
        assert_eq!(allowed(good).to_string(), good);
    }
    for (bad, says) in [
        ("example.org", "an origin"),
        ("ftp://example.org", "an origin"),
        ("null", "an origin"),
        ("https://example.org/", "nothing after host and port"),
        ("https://Example.org", "lower-case"),
        ("https://bücher.example", "ASCII"),
        ("https://user@example.org", "a host"),
        ("https://", "a host"),
        ("https://a..b", "a host"),
        ("https://[::1", "a host"),
        ("http://example.org", "https, because"),
        ("http://localhost.example.org", "https, because"),
        ("https://example.org:443", "no default port"),
        ("http://localhost:80", "no default port"),
        ("https://example.org:0", "a port"),
        ("https://example.org:", "a port"),
        ("https://example.org:99999", "a port"),
        ("https://*.Example.org", "a domain after"),
        ("https://*.", "a domain after"),
        ("https://example.org:8080:*", "no port before"),
    ] {
        let refusal = AllowedOrigin::parse(bad).expect_err(bad).to_string();
        assert!(refusal.contains(says), "{bad}: {refusal}");
        assert!(refusal.contains(bad.trim_end_matches(":*")), "{refusal}");
    }
}
