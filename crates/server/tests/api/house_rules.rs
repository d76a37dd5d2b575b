//! The rules of the house: who may propose and confirm them, and what is told of them to whom.

use rebalance::books::access::Role;
use serde_json::{Value, json};

use crate::rooms::Served;

const RULES: &str = "/api/v1/house-rules";
const PROPOSAL: &str = "/api/v1/house-rules/proposal";

#[test]
fn two_who_may_change_them_do_and_everybody_sees_what_counts() {
    let served = Served::new();
    for name in ["eve", "dan"] {
        let person = served.rooms.person(name);
        served.rooms.grant(&person, Role::Approver, None);
    }
    let (eve, dan, ann) = (served.signed_in("eve"), served.signed_in("dan"), served.signed_in("ann"));
    let stranger = {
        served.rooms.person("zoe");
        served.signed_in("zoe")
    };
    let nothing = ann.get(RULES).json();
    assert_eq!((&nothing["version"], &nothing["may_change"]), (&json!(0), &json!(false)));
    let jones = served.jones.id.to_string();
    let rules = json!({
        "restricted": [{"ticker": "SPY", "from": "2026-11-01", "reason": "we advise them"}],
        "limits": [{"limit": "order_notional_max", "most": "50000.50", "reason": "small desk"}],
        "exemptions": [{"household": jones, "ticker": "SPY", "owner": "dan", "reason": "inherited", "until": "2027-01-31"}],
    });
    let asked = json!({"rules": rules, "words": "merger", "over": 0}).to_string();
    assert_eq!(ann.ask("PUT", PROPOSAL, Some(&asked)).status, 404);
    let proposed = eve.ask("PUT", PROPOSAL, Some(&asked));
    assert_eq!(proposed.status, 200, "{proposed:?}");
    let confirmation = json!({"proposal": proposed.json()["proposal"]}).to_string();
    let confirm = format!("{PROPOSAL}/confirm");
    assert_eq!(ann.post(&confirm, &confirmation).status, 404);
    let alone = eve.post(&confirm, &confirmation);
    assert_eq!((alone.status, alone.code().as_str()), (409, "same_person"));
    assert_eq!(
        ann.get(RULES).json()["proposed"],
        Value::Null,
        "what waits is told to who may change the rules"
    );
    assert_eq!(dan.get(RULES).json()["proposed"]["by"], "eve");
    let stale = dan.post(&confirm, r#"{"proposal": "x"}"#);
    assert_eq!((stale.status, stale.code().as_str()), (409, "changed"));
    assert_eq!(dan.post(&confirm, &confirmation).json(), json!({"version": 1}));

    let shown = ann.get(RULES).json();
    assert_eq!(
        (&shown["version"], &shown["proposed_by"], &shown["confirmed_by"]),
        (&json!(1), &json!("eve"), &json!("dan"))
    );
    assert_eq!(shown["rules"]["restricted"][0]["ticker"], "SPY");
    assert_eq!(shown["rules"]["limits"][0]["most"], "50000.5");
    // An exception is told to who sees the household.
    assert_eq!(shown["rules"]["exemptions"], json!([]));
    let bob = served.signed_in("bob");
    assert_eq!(bob.get(RULES).json()["rules"]["exemptions"][0]["owner"], "dan");
    assert_eq!(stranger.get(RULES).status, 404);
}

#[test]
fn what_is_wrong_with_a_proposal_is_told_with_its_place() {
    let served = Served::new();
    let eve = served.rooms.person("eve");
    served.rooms.grant(&eve, Role::Admin, None);
    let eve = served.signed_in("eve");
    let path = |rules: Value, over: u64| {
        let reply = eve.ask("PUT", PROPOSAL, Some(&json!({"rules": rules, "over": over}).to_string()));
        (reply.status, reply.json()["path"].as_str().unwrap_or_default().to_owned())
    };
    let at = |place: &str| (422, format!("rules.{place}"));
    assert_eq!(
        path(json!({"restricted": [{"ticker": "SPY", "reason": " "}]}), 0),
        at("restricted[0].reason")
    );
    assert_eq!(path(json!({"restricted": [{"ticker": "SPY"}]}), 0), at("restricted[0]"));
    assert_eq!(
        path(json!({"limits": [{"limit": "orders_max", "most": "0.5", "reason": "x"}]}), 0),
        at("limits[0].most")
    );
    let exempt =
        json!({"household": "x", "ticker": "SPY", "owner": "eve", "reason": "x", "until": "2026-02-30"});
    assert_eq!(path(json!({"exemptions": [exempt]}), 0), at("exemptions[0].until"));
    assert_eq!(path(json!({}), 7).0, 409);
    assert_eq!(path(json!({}), 0).0, 200);
    assert_eq!(eve.ask("DELETE", PROPOSAL, None).status, 204);
    assert_eq!(eve.get(RULES).json()["proposed"], Value::Null);
}
