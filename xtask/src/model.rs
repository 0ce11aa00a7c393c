//! `cargo xtask model`: the constraints of every Cognito operation, from the public service model.
//!
//! The model ships inside the `botocore` package. What the server needs of it is written to one
//! checked-in file with a line for each operation and each shape, so that a new version of the
//! model is a diff that a person can read. The package is fetched by `pip` and unpacked by Python:
//! both are there wherever `pip` is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::process::{Command, ExitCode};

use serde_json::{Map, Value, json};

use crate::Outcome;

const OUTPUT: &str = "crates/server/src/awsjson/model.json";

/// Fetches the newest `botocore` and prints its version, then the model.
const FETCH: &str = r#"
import glob, gzip, os, subprocess, sys, tempfile, zipfile
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                    "--only-binary=:all:", "--dest", folder, "botocore"],
                   check=True, stdout=sys.stderr)
    wheel, = glob.glob(folder + "/botocore-*.whl")
    package = zipfile.ZipFile(wheel)
    name, = (n for n in package.namelist() if "/cognito-idp/2016-04-18/service-2.json" in n)
    model = package.read(name)
print(os.path.basename(wheel).split("-")[1])
print((gzip.decompress(model) if name.endswith(".gz") else model).decode())
"#;

/// Shapes that the model calls sensitive, but whose values real answers quote.
const NOT_SENSITIVE: [&str; 1] = ["ClientIdType"];

/// The facts of a shape that reach the file, besides a structure's members.
const FACTS: [&str; 10] = [
    "type",
    "min",
    "max",
    "pattern",
    "enum",
    "sensitive",
    "document",
    "member",
    "key",
    "value",
];

/// Writes the file anew, from the newest `botocore`.
pub(crate) fn run(_: &[String]) -> Outcome {
    let fetched = Command::new("python3").args(["-c", FETCH]).output()?;
    if !fetched.status.success() {
        return Err(format!("pip download: {}", String::from_utf8_lossy(&fetched.stderr)).into());
    }
    let fetched = String::from_utf8(fetched.stdout)?;
    let (version, model) = fetched.split_once('\n').ok_or("no model in botocore")?;
    fs::write(OUTPUT, compact(version, &serde_json::from_str(model)?)?)?;
    println!("{OUTPUT} is that of botocore {version}");
    Ok(ExitCode::SUCCESS)
}

/// The file: valid JSON, one operation or shape a line, sorted by name.
fn compact(version: &str, model: &Value) -> Result<String, Box<dyn std::error::Error>> {
    let mut operations = BTreeMap::new();
    let mut inputs = BTreeSet::new();
    for (name, operation) in object(&model["operations"]) {
        let input = operation["input"]["shape"]
            .as_str()
            .ok_or("an operation without input")?;
        reach(model, input, &mut inputs);
        operations.insert(name, operation_line(operation));
    }
    let shapes = inputs
        .iter()
        .map(|&name| (name, shape_line(name, &model["shapes"][name])));
    let mut file = format!(
        "{{\n\"botocore\": {},\n\"operations\": {{\n",
        json!(version)
    );
    write_lines(
        &mut file,
        operations
            .into_iter()
            .map(|(name, line)| (name.as_str(), line)),
    )?;
    file.push_str("\n},\n\"shapes\": {\n");
    write_lines(&mut file, shapes)?;
    file.push_str("\n}\n}\n");
    Ok(file)
}

fn write_lines<'a>(
    file: &mut String,
    lines: impl Iterator<Item = (&'a str, Value)>,
) -> std::fmt::Result {
    for (place, (name, line)) in lines.enumerate() {
        let comma = if place == 0 { "" } else { ",\n" };
        write!(file, "{comma}\"{name}\": {line}")?;
    }
    Ok(())
}

fn operation_line(operation: &Value) -> Value {
    let errors = operation["errors"].as_array().into_iter().flatten();
    let mut errors: Vec<_> = errors.map(|error| &error["shape"]).collect();
    errors.sort_by_key(|name| name.as_str());
    json!({
        "signed": operation["authtype"] != "none",
        "input": operation["input"]["shape"],
        "errors": errors,
    })
}

fn shape_line(name: &str, shape: &Value) -> Value {
    let mut line = Map::new();
    for fact in FACTS {
        let value = shape[fact].get("shape").unwrap_or(&shape[fact]);
        let wrong = fact == "sensitive" && NOT_SENSITIVE.contains(&name);
        if !value.is_null() && !wrong {
            line.insert(fact.to_owned(), value.clone());
        }
    }
    if shape["type"] == "structure" {
        line.insert("required".to_owned(), shape["required"].clone());
        let members = object(&shape["members"])
            .map(|(name, member)| (name.clone(), member["shape"].clone()))
            .collect();
        line.insert("members".to_owned(), Value::Object(members));
    }
    line.retain(|_, value| !value.is_null());
    Value::Object(line)
}

/// Adds `name` and every shape that it is made of.
fn reach<'a>(model: &'a Value, name: &'a str, reached: &mut BTreeSet<&'a str>) {
    if !reached.insert(name) {
        return;
    }
    let shape = &model["shapes"][name];
    let members = object(&shape["members"]).map(|(_, member)| member);
    let parts = [&shape["member"], &shape["key"], &shape["value"]];
    for part in members
        .chain(parts)
        .filter_map(|part| part["shape"].as_str())
    {
        reach(model, part, reached);
    }
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_has_what_inputs_are_made_of_a_line_each() {
        let model = json!({
            "operations": {
                "SignUp": {
                    "input": { "shape": "SignUpRequest" },
                    "output": { "shape": "OnlyInOutputs" },
                    "errors": [{ "shape": "B" }, { "shape": "A" }],
                    "authtype": "none",
                },
                "AdminGetUser": { "input": { "shape": "SignUpRequest" } },
            },
            "shapes": {
                "SignUpRequest": {
                    "type": "structure",
                    "documentation": "long",
                    "required": ["ClientId"],
                    "members": {
                        "Names": { "shape": "NamesType", "documentation": "long" },
                        "ClientId": { "shape": "ClientIdType" },
                    },
                },
                "ClientIdType": { "type": "string", "max": 9, "pattern": "\\w+", "sensitive": true },
                "NamesType": { "type": "list", "member": { "shape": "NameType" }, "min": 0 },
                "NameType": { "type": "string", "enum": ["b", "a"], "sensitive": true },
                "OnlyInOutputs": { "type": "string" },
            },
        });
        let expected = r#"{
"botocore": "1.2.3",
"operations": {
"AdminGetUser": {"errors":[],"input":"SignUpRequest","signed":true},
"SignUp": {"errors":["A","B"],"input":"SignUpRequest","signed":false}
},
"shapes": {
"ClientIdType": {"max":9,"pattern":"\\w+","type":"string"},
"NameType": {"enum":["b","a"],"sensitive":true,"type":"string"},
"NamesType": {"member":"NameType","min":0,"type":"list"},
"SignUpRequest": {"members":{"ClientId":"ClientIdType","Names":"NamesType"},"required":["ClientId"],"type":"structure"}
}
}
"#;
        assert_eq!(compact("1.2.3", &model).unwrap(), expected);
    }

    #[test]
    fn an_operation_without_input_is_refused() {
        let model = json!({ "operations": { "Odd": {} }, "shapes": {} });
        assert!(compact("1", &model).is_err());
    }
}
