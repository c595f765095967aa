//! What git and the servers of CI know of the version that is built (`git.rb` of
//! pact_broker-client has the variables).

use std::path::Path;

use crate::cli::git;

/// The value of a variable of the environment.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// In the order in which they count. A request to merge has a branch of its own, which is told
/// before the one that it is merged in.
const BRANCHES: [&str; 12] = [
    "GITHUB_HEAD_REF",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
    "TRAVIS_PULL_REQUEST_BRANCH",
    "APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH",
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_BRANCH",
    "GIT_BRANCH",
    "GIT_LOCAL_BRANCH",
    "APPVEYOR_REPO_BRANCH",
    "CI_COMMIT_REF_NAME",
    "BITBUCKET_BRANCH",
];
const COMMITS: [&str; 11] = [
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "TRAVIS_PULL_REQUEST_SHA",
    "TRAVIS_COMMIT",
    "GIT_COMMIT",
    "APPVEYOR_REPO_COMMIT",
    "CI_COMMIT_SHA",
    "CI_COMMIT_ID",
    "BITBUCKET_COMMIT",
    "GITHUB_SHA",
    "BUILD_SOURCEVERSION",
];
const BUILDS: [&str; 6] = [
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "TRAVIS_BUILD_WEB_URL",
    "CI_PIPELINE_URL",
    "CI_BUILD_URL",
    "BUILD_URL",
];

fn first(get: Lookup<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| known(get, name))
}

fn known(get: Lookup<'_>, name: &str) -> Option<String> {
    get(name).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty())
}

/// The branch; the error says what to do where none is known.
pub(super) fn branch(get: Lookup<'_>) -> Result<String, String> {
    by_variable(get).or_else(|| asked(["rev-parse", "--abbrev-ref", "HEAD"]).filter(|it| it != "HEAD")).ok_or_else(|| {
        "which branch is built is not known, neither from variables of a CI server nor from git, which is on none \
         in the checkout of most of them; name it with --branch, or --tag for a tag"
            .to_owned()
    })
}

fn by_variable(get: Lookup<'_>) -> Option<String> {
    let of_github = || {
        let is_branch = known(get, "GITHUB_REF_TYPE").is_none_or(|it| it == "branch");
        let name = known(get, "GITHUB_REF")?.strip_prefix("refs/heads/")?.to_owned();
        is_branch.then_some(name)
    };
    let of_azure = || Some(known(get, "BUILD_SOURCEBRANCH")?.strip_prefix("refs/heads/")?.to_owned());
    let plain = |it: String| it.strip_prefix("refs/heads/").map(str::to_owned).unwrap_or(it);
    first(get, &BRANCHES[..4])
        .or_else(of_github)
        .or_else(of_azure)
        .or_else(|| first(get, &BRANCHES[4..]))
        .map(plain)
}

/// The commit; the error says what to do where none is known.
pub(super) fn commit(get: Lookup<'_>) -> Result<String, String> {
    first(get, &COMMITS).or_else(|| asked(["rev-parse", "--verify", "HEAD"])).ok_or_else(|| {
        "which commit is built is not known, neither from variables of a CI server nor from git; name the version \
         with --consumer-app-version"
            .to_owned()
    })
}

/// Where the build is, if a CI server says so.
pub(super) fn build_url(get: Lookup<'_>) -> Option<String> {
    let joined = |names: [&str; 3], parts: [&str; 2]| {
        let [server, project, run] = names.map(|name| known(get, name));
        Some(format!("{}{}{}{}{}", server?.trim_end_matches('/'), "/", project?, parts[0], run?) + parts[1])
    };
    let of_github =
        || joined(["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"], ["/actions/runs/", ""]);
    let of_azure = || {
        let names = ["SYSTEM_TEAMFOUNDATIONCOLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID"];
        joined(names, ["/_build/results?buildId=", ""])
    };
    first(get, &BUILDS).or_else(of_github).or_else(of_azure)
}

fn asked<const N: usize>(what: [&str; N]) -> Option<String> {
    let output = git::within(Path::new(".")).args(what).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_of_ci_are_known() {
        let with = |pairs: &'static [(&str, &str)]| {
            move |name: &str| pairs.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
        };
        let request = with(&[
            ("GITHUB_HEAD_REF", "feat/x"),
            ("GITHUB_REF", "refs/pull/1/merge"),
            ("GITHUB_SHA", "abc"),
            ("GITHUB_SERVER_URL", "https://g"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_RUN_ID", "7"),
        ]);
        assert_eq!(branch(&request).unwrap(), "feat/x");
        assert_eq!(commit(&request).unwrap(), "abc");
        assert_eq!(build_url(&request).unwrap(), "https://g/o/r/actions/runs/7");
        let push = with(&[
            ("GITHUB_HEAD_REF", ""),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_REF_TYPE", "branch"),
        ]);
        assert_eq!(branch(&push).unwrap(), "main");
        assert_eq!(build_url(&push), None);
        let azure = with(&[("BUILD_SOURCEBRANCH", "refs/heads/a/b"), ("BUILD_SOURCEVERSION", "def")]);
        assert_eq!((branch(&azure).unwrap(), commit(&azure).unwrap()), ("a/b".to_owned(), "def".to_owned()));
        let jenkins = with(&[("GIT_BRANCH", " main "), ("GIT_COMMIT", "1"), ("BUILD_URL", "http://j/1")]);
        assert_eq!(branch(&jenkins).unwrap(), "main");
        assert_eq!(build_url(&jenkins).unwrap(), "http://j/1");
    }
}
