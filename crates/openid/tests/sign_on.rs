//! Signing in with a provider that the test runs itself: what goes well, and everything that must not.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use openid::{Provider, Settings, SignOnError, TokenError};
use outward::Key;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    RsaPublicKeyComponents,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An RSA key of 2048 bits that signs nothing but the tokens of this test.
const RSA: &[u8] = include_bytes!("rsa.pk8");
const REDIRECT: &str = "http://127.0.0.1:8700/api/v1/session/openid/return";

/// What a token is signed with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signing {
    Rs256,
    Es256,
    /// ES256 with a key that is not in the set.
    Stranger,
    None,
    /// The text of a public key as the secret of an HMAC: what confused verifiers take.
    Hmac,
}

/// What the provider does.
struct Provided {
    issuer: String,
    /// Names of keys in the set.
    published: BTreeSet<&'static str>,
    signing: Signing,
    /// Changes of the claims.
    claims: BTreeMap<&'static str, Value>,
    /// Codes with the challenge and the nonce that they were given for.
    codes: BTreeMap<String, (String, String)>,
    /// How often the set of keys was asked for.
    asked_for_keys: u32,
    ecdsa: Vec<u8>,
    stranger: Vec<u8>,
}

struct Test {
    provided: Arc<Mutex<Provided>>,
    provider: Provider,
}

fn now() -> Timestamp {
    "2026-11-27T15:04:05Z".parse().unwrap()
}

/// Bytes of which no two parts are alike.
fn random() -> [u8; 96] {
    std::array::from_fn(|place| u8::try_from(place).unwrap())
}

impl Test {
    fn new() -> Test {
        Test::with(str::to_owned)
    }

    fn with(described: impl Fn(&str) -> String) -> Test {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let random = SystemRandom::new();
        let made = || {
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap().as_ref().to_vec()
        };
        let provided = Arc::new(Mutex::new(Provided {
            issuer: described(&issuer),
            published: BTreeSet::from(["r", "e"]),
            signing: Signing::Es256,
            claims: BTreeMap::new(),
            codes: BTreeMap::new(),
            asked_for_keys: 0,
            ecdsa: made(),
            stranger: made(),
        }));
        let (shared, address) = (Arc::clone(&provided), issuer.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&mut stream.unwrap(), &address, &shared);
            }
        });
        let settings = Settings {
            issuer,
            client_id: "equi poise".to_owned(),
            client_secret: Key::new("s3cret:/"),
            redirect: REDIRECT.to_owned(),
            again: Duration::ZERO,
        };
        Test { provided, provider: Provider::new(settings).unwrap() }
    }

    fn set(&self, change: impl FnOnce(&mut Provided)) {
        change(&mut self.provided.lock().unwrap());
    }

    /// A whole sign-in, the browser's part of it done here.
    fn sign_in(&self) -> Result<openid::Identity, SignOnError> {
        let begun = self.provider.begin(&random(), false)?;
        let asked = pairs(begun.url.split_once('?').unwrap().1);
        assert_eq!(
            (asked["response_type"].as_str(), asked["code_challenge_method"].as_str()),
            ("code", "S256")
        );
        assert_eq!((asked["redirect_uri"].as_str(), asked["client_id"].as_str()), (REDIRECT, "equi poise"));
        assert_eq!((&asked["state"], &asked["nonce"]), (&begun.state, &begun.nonce));
        assert!(!begun.url.contains(&begun.verifier), "only its digest is told");
        let given = (asked["code_challenge"].clone(), asked["nonce"].clone());
        self.set(|provided| drop(provided.codes.insert("code/1".to_owned(), given)));
        self.provider.end("code/1", &begun.verifier, &begun.nonce, now())
    }
}

/// One request to the provider.
fn answer(stream: &mut TcpStream, address: &str, shared: &Mutex<Provided>) {
    let (head, body) = heard(stream);
    let mut provided = shared.lock().unwrap();
    let path = head.split(' ').nth(1).unwrap();
    let (status, told) = match path {
        "/.well-known/openid-configuration" => (
            200,
            json!({"issuer": provided.issuer, "authorization_endpoint": format!("{address}/authorize"),
                   "token_endpoint": format!("{address}/token"), "jwks_uri": format!("{address}/keys")}),
        ),
        "/keys" => {
            provided.asked_for_keys += 1;
            (200, json!({"keys": provided.keys()}))
        }
        "/token" => provided.token(&head, &pairs(&body)),
        _ => (404, json!({})),
    };
    let text = told.to_string();
    let answer = format!(
        "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    let _ = stream.write_all(answer.as_bytes());
}

fn heard(stream: &mut TcpStream) -> (String, String) {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&all).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return (head.to_owned(), body.to_owned());
            }
        }
        let read = stream.read(&mut part).unwrap();
        assert!(read > 0, "{text}");
        all.extend_from_slice(&part[..read]);
    }
}

/// `name=value&…`, decoded.
fn pairs(text: &str) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        let (mut bytes, mut rest) = (Vec::new(), text.bytes());
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            } else {
                bytes.push(byte);
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    let split = text.split('&').filter_map(|pair| pair.split_once('='));
    split.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

impl Provided {
    fn keys(&self) -> Vec<Value> {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let rsa = RsaKeyPair::from_pkcs8(RSA).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.ecdsa, &SystemRandom::new())
                .unwrap();
        let point = pair.public_key().as_ref();
        let RsaPublicKeyComponents { n, e } = RsaPublicKeyComponents::<Vec<u8>>::from(rsa.public());
        let all = [
            (
                "r",
                json!({"kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "n": text(&n), "e": text(&e)}),
            ),
            (
                "e",
                json!({"kty": "EC", "kid": "e", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])}),
            ),
        ];
        let published = all.into_iter().filter(|(name, _)| self.published.contains(name)).map(|(_, key)| key);
        // What is not understood is passed over.
        published.chain([json!({"kty": "OKP", "crv": "Ed25519", "x": "AA"}), json!("nonsense")]).collect()
    }

    fn token(&mut self, head: &str, form: &BTreeMap<String, String>) -> (u16, Value) {
        let basic =
            format!("authorization: basic {}", STANDARD.encode("equi%20poise:s3cret%3A%2F").to_lowercase());
        let lines: Vec<String> = head.lines().map(str::to_lowercase).collect();
        assert!(lines.contains(&basic), "{head}");
        assert!(lines.contains(&"content-type: application/x-www-form-urlencoded".to_owned()), "{head}");
        assert_eq!(
            (form["grant_type"].as_str(), form["redirect_uri"].as_str()),
            ("authorization_code", REDIRECT)
        );
        let Some((challenge, nonce)) = self.codes.remove(&form["code"]) else {
            return (400, json!({"error": "invalid_grant"}));
        };
        if URL_SAFE_NO_PAD.encode(Sha256::digest(form["code_verifier"].as_bytes())) != challenge {
            return (400, json!({"error": "invalid_grant"}));
        }
        let at = now().as_second();
        let mut claims = json!({"iss": self.issuer, "sub": "u-1", "aud": "equi poise", "exp": at + 300, "iat": at,
            "nonce": nonce, "auth_time": at - 5, "email": "ann@example.org", "email_verified": true});
        for (name, value) in &self.claims {
            claims[*name] = value.clone();
        }
        (200, json!({"access_token": "x", "token_type": "Bearer", "id_token": self.signed(&claims)}))
    }

    fn signed(&self, claims: &Value) -> String {
        let (alg, kid) = match self.signing {
            Signing::Rs256 => ("RS256", "r"),
            Signing::Es256 | Signing::Stranger => ("ES256", "e"),
            Signing::None => ("none", "e"),
            Signing::Hmac => ("HS256", "r"),
        };
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": alg, "kid": kid})), part(claims));
        let random = SystemRandom::new();
        let ecdsa = |pkcs8: &[u8]| {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random).unwrap();
            pair.sign(&random, signed.as_bytes()).unwrap().as_ref().to_vec()
        };
        let signature = match self.signing {
            Signing::Rs256 => {
                let pair = RsaKeyPair::from_pkcs8(RSA).unwrap();
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
                signature
            }
            Signing::Es256 => ecdsa(&self.ecdsa),
            Signing::Stranger => ecdsa(&self.stranger),
            Signing::None => Vec::new(),
            Signing::Hmac => vec![1; 32],
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[test]
fn somebody_is_vouched_for_under_both_algorithms() {
    let test = Test::new();
    for signing in [Signing::Es256, Signing::Rs256] {
        test.set(|provided| provided.signing = signing);
        let identity = test.sign_in().unwrap();
        assert_eq!((identity.subject.as_str(), identity.claim("email")), ("u-1", Some("ann@example.org")));
        assert_eq!(identity.shown_at, Some(now().saturating_sub(SignedDuration::from_secs(5)).unwrap()));
    }
    test.set(|provided| drop(provided.claims.insert("email_verified", json!(false))));
    assert_eq!(test.sign_in().unwrap().claim("email"), None, "an address that nobody has verified is none");
}

#[test]
fn a_token_of_another_program_provider_sign_in_or_time_is_refused() {
    let at = now().as_second();
    for (claim, value, told) in [
        ("nonce", json!("another"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("aud", json!("somebody else"), "aud"),
        ("aud", json!(["equi poise", "somebody else"]), "azp"),
        ("aud", json!([]), "aud"),
        ("azp", json!("somebody else"), "azp"),
        ("iss", json!("https://elsewhere.example.org"), "iss"),
        ("exp", json!(at - 61), "exp"),
        ("exp", Value::Null, "exp"),
        ("iat", json!(at + 3600), "iat"),
        ("nbf", json!(at + 3600), "nbf"),
        ("sub", json!(""), "sub"),
    ] {
        let test = Test::new();
        test.set(|provided| drop(provided.claims.insert(claim, value.clone())));
        let refused = test.sign_in().unwrap_err();
        let SignOnError::Token(TokenError::Claim { claim: wrong, .. }) = refused else {
            panic!("{claim} {value}: {refused}")
        };
        assert_eq!(wrong, told, "{claim} {value}");
    }
    let test = Test::new();
    test.set(|provided| {
        provided.claims.insert("aud", json!(["equi poise", "somebody else"]));
        provided.claims.insert("azp", json!("equi poise"));
        provided.claims.insert("exp", json!(at - 59));
    });
    assert!(test.sign_in().is_ok(), "for several programs, by this one; clocks may differ by a minute");
}

#[test]
fn nothing_is_believed_that_a_key_of_the_provider_has_not_signed() {
    let test = Test::new();
    for (signing, told) in [
        (Signing::None, "is signed by `none`"),
        (Signing::Hmac, "is signed by `HS256`"),
        (Signing::Stranger, "signature is wrong"),
    ] {
        test.set(|provided| provided.signing = signing);
        let refused = test.sign_in().unwrap_err().to_string();
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn keys_may_change_and_one_that_is_gone_counts_no_more() {
    let test = Test::new();
    test.set(|provided| provided.published = BTreeSet::from(["r"]));
    test.set(|provided| provided.signing = Signing::Rs256);
    assert!(test.sign_in().is_ok());
    assert_eq!(test.provided.lock().unwrap().asked_for_keys, 1);
    // Another key from now on: the set is asked for once more.
    test.set(|provided| provided.published = BTreeSet::from(["e"]));
    test.set(|provided| provided.signing = Signing::Es256);
    assert!(test.sign_in().is_ok());
    assert_eq!(test.provided.lock().unwrap().asked_for_keys, 2);
    test.set(|provided| provided.signing = Signing::Rs256);
    assert_eq!(test.sign_in(), Err(SignOnError::Token(TokenError::UnknownKey)), "the old one is gone");
}

#[test]
fn a_code_is_for_who_began_and_for_once() {
    let test = Test::new();
    let begun = test.provider.begin(&random(), true).unwrap();
    let asked = pairs(begun.url.split_once('?').unwrap().1);
    assert_eq!((asked["prompt"].as_str(), asked["max_age"].as_str()), ("login", "0"));
    let given = (asked["code_challenge"].clone(), asked["nonce"].clone());
    test.set(|provided| drop(provided.codes.insert("c".to_owned(), given.clone())));
    let stolen = test.provider.end("c", "another verifier", &begun.nonce, now());
    assert_eq!(stolen, Err(SignOnError::Refused("invalid_grant".to_owned())));
    test.set(|provided| drop(provided.codes.insert("c".to_owned(), given)));
    assert!(test.provider.end("c", &begun.verifier, &begun.nonce, now()).is_ok());
    let again = test.provider.end("c", &begun.verifier, &begun.nonce, now());
    assert_eq!(again, Err(SignOnError::Refused("invalid_grant".to_owned())));
}

#[test]
fn a_description_of_another_provider_is_not_used() {
    let test = Test::with(|_| "https://elsewhere.example.org".to_owned());
    let refused = test.sign_in().unwrap_err();
    assert!(matches!(&refused, SignOnError::Description(words) if words.contains("elsewhere")), "{refused}");
    let settings = Settings {
        issuer: "http://provider.example.org".to_owned(),
        client_id: "x".to_owned(),
        client_secret: None,
        redirect: REDIRECT.to_owned(),
        again: openid::provider::AGAIN,
    };
    assert!(
        Provider::new(settings).unwrap_err().starts_with("issuer: "),
        "what is not encrypted is not asked"
    );
}
