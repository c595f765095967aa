//! Whether a version may be deployed: the matrix of versions, and what it comes to.

use serde_json::Value;

use crate::broker::client::Broker;
use crate::broker::errors::Problem;
use crate::broker::hal::{Links, text};
use crate::broker::publish::{Notice, cut, notices};

/// A matrix with more rows than this is asked for in part.
const MOST_ROWS: usize = 1_000;

/// Versions of an application.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector {
    /// The application.
    pub pacticipant: String,
    /// Its one version.
    pub version: Option<String>,
    /// Its versions with this tag.
    pub tag: Option<String>,
    /// Its versions on this branch.
    pub branch: Option<String>,
    /// Its versions on its main branch.
    pub main_branch: bool,
    /// Only the latest of them.
    pub latest: bool,
}

/// Where they are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Beside the latest versions of everything.
    Latest,
    /// Beside what is recorded in an environment.
    Environment(String),
    /// Beside the latest versions with a tag.
    Tag(String),
    /// Beside the latest versions of the main branches.
    MainBranches,
}

/// A question to the matrix.
#[derive(Debug, Clone)]
pub struct Question {
    /// What is to be deployed.
    pub selectors: Vec<Selector>,
    /// What plays no part: applications, or one version of them.
    pub ignored: Vec<(String, Option<String>)>,
    /// Where to.
    pub target: Target,
}

impl Question {
    /// Its query. All members of a selector stand together, the name first: what belongs to
    /// which selector is known by the order alone.
    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for it in &self.selectors {
            query.append_pair("q[][pacticipant]", &it.pacticipant);
            for (name, value) in [("version", &it.version), ("tag", &it.tag), ("branch", &it.branch)] {
                value.iter().for_each(|value| _ = query.append_pair(&format!("q[][{name}]"), value));
            }
            for (name, given) in [("mainBranch", it.main_branch), ("latest", it.latest)] {
                given.then(|| query.append_pair(&format!("q[][{name}]"), "true"));
            }
        }
        // With `cvp` a second version in an environment that does not fit is not seen.
        let narrow = matches!(self.target, Target::Environment(_)) || self.selectors.len() > 1;
        query.append_pair("latestby", if narrow { "cvpv" } else { "cvp" });
        match &self.target {
            Target::Environment(name) => query.append_pair("environment", name),
            Target::Tag(tag) => query.append_pair("latest", "true").append_pair("tag", tag),
            Target::MainBranches => query.append_pair("mainBranch", "true").append_pair("latest", "true"),
            Target::Latest if self.selectors.len() == 1 => query.append_pair("latest", "true"),
            Target::Latest => &mut query,
        };
        for (name, version) in &self.ignored {
            query.append_pair("ignore[][pacticipant]", name);
            version.iter().for_each(|it| _ = query.append_pair("ignore[][version]", it));
        }
        query.append_pair("limit", &MOST_ROWS.to_string());
        query.finish()
    }
}

/// A version of an application in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// The application.
    pub name: String,
    /// The version; `None` where there is none that fits.
    pub version: Option<String>,
    /// The branch of the version.
    pub branch: Option<String>,
    /// The environments that the version is recorded in.
    pub environments: Vec<String>,
}

/// A verification of a pact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whether it passed.
    pub success: bool,
    /// When it was, as the Broker writes it.
    pub at: String,
    /// Where its results are.
    pub link: Option<String>,
    /// Why it failed, if that was asked for: an interaction, and what it said first.
    pub why: Option<String>,
}

/// A pact, and whether it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who has expectations.
    pub consumer: Party,
    /// Who is to meet them.
    pub provider: Party,
    /// Where the pact is.
    pub pact: Option<String>,
    /// The verification of it; `None` where there is none.
    pub verified: Option<Verified>,
    /// Whether it plays no part.
    pub ignored: bool,
    /// Nothing of the other side is where the version is to go.
    pub absent: bool,
}

/// What the matrix says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Whether all of it may be deployed; `None` where that is not known yet.
    pub deployable: Option<bool>,
    /// Why, in the words of the Broker.
    pub reason: String,
    /// What it has to say besides.
    pub notices: Vec<Notice>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Asks the matrix, in one request.
pub async fn ask(broker: &Broker, question: &Question) -> Result<Answer, Problem> {
    // There is no link to it.
    let href = broker.below(&format!("/matrix?{}", question.query()));
    let body = broker.get(&href).await?;
    let summary = body.get("summary").filter(|it| it.is_object()).ok_or_else(|| {
        Problem::other(format!(
            "the answer of {} to the question for the matrix has no summary",
            broker.address()
        ))
    })?;
    let notices = notices(&body);
    let rows = body.get("matrix").and_then(Value::as_array).into_iter().flatten();
    let mut rows: Vec<Row> = rows.take(MOST_ROWS).map(|it| row(broker, it)).collect();
    // Only this sentence tells a provider that is nowhere from one that did not verify the pact.
    let absences = notices.iter().map(|it| it.text.as_str());
    let absences: Vec<_> = absences.filter(|it| it.contains("no version is currently recorded")).collect();
    for row in rows.iter_mut().filter(|it| it.verified.is_none()) {
        let named = [&row.consumer, &row.provider].map(|it| format!("a version of {} ", it.name));
        row.absent = absences.iter().any(|it| named.iter().any(|name| it.contains(name)));
    }
    Ok(Answer {
        deployable: summary.get("deployable").and_then(Value::as_bool),
        reason: cut(text(summary, "reason")),
        notices,
        rows,
    })
}

/// Adds to rows that failed what failed, for so many of them as are worth the requests.
pub async fn explain(broker: &Broker, answer: &mut Answer, most: usize) {
    let failed = answer.rows.iter_mut().filter_map(|row| row.verified.as_mut().filter(|it| !it.success));
    for verified in failed.take(most) {
        let Some(link) = &verified.link else { continue };
        if let Ok(results) = broker.in_haste().get(link).await {
            verified.why = first_failure(&results);
        }
    }
}

/// The first failure in results that are written as pact_verifier does.
fn first_failure(results: &Value) -> Option<String> {
    let tests = results.get("testResults")?;
    let tests = tests.as_array().or_else(|| tests.get("tests")?.as_array())?;
    let failed = |it: &&Value| it.get("success").and_then(Value::as_bool) == Some(false);
    let first = tests.iter().find(failed)?;
    let more = tests.iter().filter(failed).count() - 1;
    let said = |list: &str, member: &str| {
        let first = first.get(list)?.as_array()?.first()?;
        let at = text(first, "identifier");
        let said = text(first, member);
        Some(if at.is_empty() { said.to_owned() } else { format!("{at}: {said}") })
    };
    let said =
        said("mismatches", "description").or_else(|| said("exceptions", "message")).unwrap_or_default();
    let description = text(first, "interactionDescription");
    let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
    match (description.is_empty(), said.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("'{description}' failed{more}")),
        (true, false) => Some(format!("{said}{more}")),
        (false, false) => Some(format!("'{description}': {said}{more}")),
    }
}

fn row(broker: &Broker, row: &Value) -> Row {
    let null = Value::Null;
    let of = |name: &str| party(row.get(name).unwrap_or(&null));
    let link = |of: &Value| Links::of(of).get("self", &[]).map(|it| broker.place(&it));
    let verified = row.get("verificationResult").filter(|it| it.is_object()).map(|it| Verified {
        success: it.get("success").and_then(Value::as_bool) == Some(true),
        at: text(it, "verifiedAt").to_owned(),
        link: link(it),
        why: None,
    });
    Row {
        consumer: of("consumer"),
        provider: of("provider"),
        pact: row.get("pact").and_then(link),
        verified,
        ignored: row.get("ignored").and_then(Value::as_bool) == Some(true),
        absent: false,
    }
}

fn party(side: &Value) -> Party {
    let version = side.get("version").filter(|it| it.is_object());
    let given = |name: &str| version.map(|it| text(it, name).to_owned()).filter(|it| !it.is_empty());
    let environments = version.and_then(|it| it.get("environments")?.as_array()).into_iter().flatten();
    Party {
        name: text(side, "name").to_owned(),
        version: given("number"),
        branch: given("branch"),
        environments: environments.map(|it| text(it, "name").to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decoded(question: &Question) -> String {
        let query = question.query();
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    #[test]
    fn members_of_a_selector_stand_together() {
        let web = Selector {
            pacticipant: "We b".to_owned(),
            version: Some("1+2".to_owned()),
            ..Selector::default()
        };
        let api = Selector {
            pacticipant: "Api".to_owned(),
            main_branch: true,
            latest: true,
            ..Selector::default()
        };
        let ignored = vec![("Zed".to_owned(), Some("1".to_owned())), ("Y".to_owned(), None)];
        let mut question =
            Question { selectors: vec![web, api], ignored, target: Target::Environment("prod".to_owned()) };
        assert_eq!(
            decoded(&question),
            "q[][pacticipant]=We b&q[][version]=1+2&q[][pacticipant]=Api&q[][mainBranch]=true&q[][latest]=true\
             &latestby=cvpv&environment=prod&ignore[][pacticipant]=Zed&ignore[][version]=1\
             &ignore[][pacticipant]=Y&limit=1000"
        );
        question.ignored.clear();
        question.selectors.pop();
        for (target, wanted) in [
            (Target::Latest, "latestby=cvp&latest=true"),
            (Target::Tag("t".to_owned()), "latestby=cvp&latest=true&tag=t"),
            (Target::MainBranches, "latestby=cvp&mainBranch=true&latest=true"),
            (Target::Environment("e".to_owned()), "latestby=cvpv&environment=e"),
        ] {
            question.target = target;
            assert!(decoded(&question).ends_with(&format!("&{wanted}&limit=1000")), "{}", decoded(&question));
        }
    }

    #[test]
    fn the_first_failure_is_told() {
        let test = |success: bool| {
            json!({"interactionDescription": "an order", "success": success,
                   "mismatches": [{"identifier": "$.id", "description": "expected 1"}]})
        };
        let told = |results: Value| first_failure(&json!({"testResults": results}));
        assert_eq!(
            told(json!([test(true), test(false), test(false)])).unwrap(),
            "'an order': $.id: expected 1 (and 1 more)"
        );
        assert_eq!(
            told(json!({"tests": [{"success": false, "exceptions": [{"message": "gone"}]}]})).unwrap(),
            "gone"
        );
        for odd in [json!([]), json!(1), json!([{"success": false}]), json!({"tests": {}})] {
            assert_eq!(told(odd), None);
        }
    }
}
