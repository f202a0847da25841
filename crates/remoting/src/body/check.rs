//! What every body is held against: the bytes of the Java codec.

use core::fmt::Debug;

use super::{Body, liberal};

/// The golden body reads as `sample`; what we write reads as `sample`, and has every key of the golden body.
pub(crate) fn body<B: Body + PartialEq + Debug>(sample: &B, golden: &[u8]) {
    assert_eq!(B::read(golden).as_ref(), Ok(sample));
    let ours = sample.write();
    assert_eq!(B::read(&ours).as_ref(), Ok(sample));
    for end in 0..ours.len() {
        assert!(
            B::read(&ours[..end]).is_err(),
            "{end} bytes of a body are no body"
        );
    }
    has_all_keys("", &standard(golden), &standard(&ours));
}

fn standard(body: &[u8]) -> serde_json::Value {
    serde_json::from_slice(&liberal::standard(body).unwrap()).unwrap()
}

/// Values may be left out where they are what a reader assumes anyway; keys that Java writes, we write.
fn has_all_keys(path: &str, golden: &serde_json::Value, ours: &serde_json::Value) {
    if let Some(golden) = golden.as_object() {
        for (key, value) in golden.iter().filter(|(_, value)| !value.is_null()) {
            let path = format!("{path}/{key}");
            let ours = ours.get(key).unwrap_or_else(|| panic!("{path} is missing"));
            has_all_keys(&path, value, ours);
        }
    }
}
