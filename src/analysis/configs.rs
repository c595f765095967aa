//! Which configuration holds for which pact: the one reader of configuration files.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::files;
use crate::analysis::handlers::ConfiguredStates;
use crate::config::file::{self, Extends, Fault, Problem};
use crate::config::{Layer, Levels, Project, Settings, Step, Traits, UnknownRule};
use crate::diagnostic::{Finding, Severity};
use crate::rules::{ALL, find};
use crate::text::Span;

/// A file extends one that extends another, at most so often.
const MAX_DEPTH: usize = 8;
/// Most files and presets that one file builds on.
const MAX_STEPS: usize = 64;

/// Where configuration is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Lookup {
    /// In the folder of each pact and the folders above it; the nearest file counts.
    #[default]
    Nearest,
    /// In this file, for all pacts.
    File(PathBuf),
    /// Nowhere.
    Nowhere,
}

/// What holds for which folder. Each file is read once, when it is first needed: an index
/// never changes, and when files do, another one takes its place.
#[derive(Debug)]
pub struct ConfigIndex {
    lookup: Lookup,
    /// The folder that relative paths start from.
    here: PathBuf,
    settings: Settings,
    nothing: Arc<Project>,
    folders: Mutex<FxHashMap<PathBuf, Arc<Project>>>,
    /// Projects with a file, by its path.
    projects: Mutex<FxHashMap<PathBuf, Arc<Project>>>,
    /// By key: equal levels are one.
    levels: Mutex<FxHashMap<u64, Arc<Levels>>>,
}

/// What is wrong with one configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigReport {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ConfigIndex {
    /// An index for a run with `settings`, which win over every file. Relative paths start
    /// from `here`, which is absolute.
    pub fn new(lookup: Lookup, here: PathBuf, settings: Settings) -> Result<ConfigIndex, UnknownRule> {
        settings.resolve()?;
        let lookup = match lookup {
            Lookup::File(path) => Lookup::File(absolute(&here, &path)),
            other => other,
        };
        let nothing = Arc::new(Project::new(here.clone(), Vec::new()));
        let (folders, projects, levels) = Default::default();
        Ok(ConfigIndex { lookup, here, settings, nothing, folders, projects, levels })
    }

    /// The same with nothing read yet.
    #[must_use]
    pub fn anew(&self) -> ConfigIndex {
        let (folders, projects, levels) = Default::default();
        let (lookup, here) = (self.lookup.clone(), self.here.clone());
        let (settings, nothing) = (self.settings.clone(), Arc::clone(&self.nothing));
        ConfigIndex { lookup, here, settings, nothing, folders, projects, levels }
    }

    /// Whether each pact has the configuration that is found near it.
    pub fn is_looked_for(&self) -> bool {
        matches!(self.lookup, Lookup::Nearest)
    }

    /// What the user wishes for this run.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A path as an absolute one, without looking at the disk.
    pub fn absolute(&self, path: &Path) -> PathBuf {
        absolute(&self.here, path)
    }

    /// What holds for a file, which need not exist.
    pub fn project(&self, path: &Path) -> Arc<Project> {
        let path = self.absolute(path);
        self.project_of_folder(path.parent().unwrap_or(&path))
    }

    /// What holds for the files of a folder.
    pub fn project_of_folder(&self, folder: &Path) -> Arc<Project> {
        match &self.lookup {
            Lookup::Nowhere => return Arc::clone(&self.nothing),
            Lookup::File(path) => return self.read(path),
            Lookup::Nearest => {}
        }
        let folder = self.absolute(folder);
        let mut passed = Vec::new();
        let mut found = Arc::clone(&self.nothing);
        for folder in folder.ancestors() {
            if let Some(known) = lock(&self.folders).get(folder) {
                found = Arc::clone(known);
                break;
            }
            passed.push(folder.to_owned());
            if let Some(path) = files::config_in(folder) {
                found = self.read(&path);
                break;
            }
        }
        lock(&self.folders).extend(passed.into_iter().map(|folder| (folder, Arc::clone(&found))));
        found
    }

    fn read(&self, path: &Path) -> Arc<Project> {
        let mut projects = lock(&self.projects);
        if let Some(known) = projects.get(path) {
            return Arc::clone(known);
        }
        let project = Arc::new(read_project(path, self.settings.today));
        projects.insert(path.to_owned(), Arc::clone(&project));
        project
    }

    /// The levels of a pact.
    pub fn levels(&self, path: &Path, traits: Traits<'_>) -> Arc<Levels> {
        let project = self.project(path);
        let relative = project.relative(&self.absolute(path));
        // The names were looked up when the index was made.
        let levels =
            project.levels(&self.settings, &relative, traits).or_else(|_| Settings::default().resolve());
        match levels {
            Ok(levels) => {
                Arc::clone(lock(&self.levels).entry(levels.key).or_insert_with(|| Arc::new(levels)))
            }
            Err(_) => Arc::new(Levels::silent()),
        }
    }

    /// Whether a file is not to be checked.
    pub fn excludes(&self, path: &Path) -> bool {
        self.project(path).excludes(&self.absolute(path))
    }

    /// The projects that were asked for and have a file, by its path.
    pub fn projects(&self) -> Vec<Arc<Project>> {
        let projects = lock(&self.projects);
        let mut all: Vec<_> = projects.iter().collect();
        all.sort_by_key(|(path, _)| *path);
        all.into_iter().map(|(_, project)| Arc::clone(project)).collect()
    }

    /// How many of them there are.
    pub fn count(&self) -> usize {
        lock(&self.projects).len()
    }

    /// Whether one of the files that were read lies at `path`, or would be found there.
    pub fn depends_on(&self, path: &Path) -> bool {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| file::FILE_NAMES.contains(&name))
            || self.projects().iter().any(|it| {
                it.layers().any(|layer| layer.path == path || layer.missing.iter().any(|it| it == path))
            })
    }

    /// What is wrong with the files that were read, by path.
    pub fn reports(&self) -> Vec<ConfigReport> {
        let mut seen = FxHashSet::default();
        let mut reports = Vec::new();
        for project in self.projects() {
            let own = project.own_levels(&self.settings).ok();
            for layer in project.layers().filter(|layer| seen.insert(layer.path.clone())) {
                let finding = |problem: &Problem| finding(problem, own.as_ref());
                let findings = layer.problems.iter().filter_map(finding).collect();
                reports.push(ConfigReport { path: layer.path.clone(), text: layer.text.clone(), findings });
            }
        }
        reports.sort_by(|a, b| a.path.cmp(&b.path));
        reports
    }

    /// The pacts below `folder`, and what matches one of the globs `include`, without what the
    /// configuration excludes unless `all` is wished. Paths begin as `folder` does.
    pub fn find_pacts(
        &self,
        folder: &Path,
        include: &[String],
        all: bool,
    ) -> Result<Vec<PathBuf>, ignore::Error> {
        self.search(folder, include, all, None)
    }

    /// Whether [`ConfigIndex::find_pacts`] would find `path` below `folder`, which it begins with.
    pub fn finds_pact(&self, folder: &Path, path: &Path) -> bool {
        let found = self.search(folder, &[], false, Some(path));
        found.is_ok_and(|found| found.iter().any(|it| it == path))
    }

    fn search(
        &self,
        folder: &Path,
        include: &[String],
        all: bool,
        only: Option<&Path>,
    ) -> Result<Vec<PathBuf>, ignore::Error> {
        let (mut found, mut folders) = files::walk_with_configs(folder, include, only)?;
        folders.insert(0, folder.to_owned());
        let mut searched: Vec<PathBuf> = Vec::new();
        for folder in folders {
            let project = self.project_of_folder(&folder);
            let above = |other: &PathBuf| folder.starts_with(other);
            if project.include().next().is_none() || searched.iter().any(above) {
                continue;
            }
            let included = |path: &Path| {
                let absolute = self.absolute(path);
                let project = self.project(&absolute);
                project.includes(&absolute)
            };
            found.extend(files::walk_everything(&folder, only).filter(|path| included(path)));
            searched.push(folder);
        }
        found.sort();
        found.dedup();
        found.retain(|path| {
            let excluded = self.excludes(path);
            all || !excluded
        });
        Ok(found)
    }
}

impl Project {
    /// What its files say about handlers of provider states.
    pub fn states(&self) -> Vec<ConfiguredStates<'_>> {
        let of = |layer: &'_ Arc<Layer>| layer.file.states != Default::default();
        let layers = self.layers().filter(|layer| of(layer));
        layers
            .map(|layer| ConfiguredStates {
                path: &layer.path,
                text: &layer.text,
                folder: self.folder(),
                states: &layer.file.states,
            })
            .collect()
    }
}

/// Whether a file cannot be used because of what is said here.
pub fn is_unusable(finding: &Finding) -> bool {
    finding.rule == Fault::Invalid.rule()
}

fn finding(problem: &Problem, levels: Option<&Levels>) -> Option<Finding> {
    let rule = find(problem.fault.rule())?;
    let severity = match problem.fault {
        Fault::Invalid => Severity::Error,
        _ => levels?.of(rule)?,
    };
    let meta = &ALL[rule].meta;
    Some(Finding {
        help: problem.help.clone().map(Into::into),
        ..Finding::plain((meta.group, meta.name), severity, problem.span, problem.message.clone())
    })
}

/// A path as an absolute one, without `.` and `..`, without looking at the disk.
pub fn absolute(here: &Path, path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in here.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = out.pop(),
            other => out.push(other),
        }
    }
    out
}

/// Reads a configuration file and all that it extends.
fn read_project(path: &Path, today: u64) -> Project {
    let mut reader = Reader { today, layers: Vec::new(), steps: Vec::new() };
    reader.read_first(path);
    let layers: Vec<Arc<Layer>> = reader.layers.into_iter().map(|(_, layer)| Arc::new(layer)).collect();
    let step = |step: Planned| match step {
        Planned::Preset(pin, layer) => Step::Preset(pin, Arc::clone(&layers[layer])),
        Planned::File(layer) => Step::File(Arc::clone(&layers[layer])),
    };
    Project::new(path.parent().unwrap_or(path).to_owned(), reader.steps.into_iter().map(step).collect())
}

/// A step whose layer is not finished yet, by index.
enum Planned {
    Preset(file::At<file::Pin>, usize),
    File(usize),
}

struct Reader {
    today: u64,
    /// Each file once, with what tells it from others.
    layers: Vec<(PathBuf, Layer)>,
    steps: Vec<Planned>,
}

impl Reader {
    fn read_first(&mut self, path: &Path) {
        let layer = match self.load(path) {
            Ok(layer) => layer,
            Err(error) => {
                let problem = Problem {
                    fault: Fault::Invalid,
                    span: Span::at(0),
                    message: format!("The file cannot be read: {error}"),
                    help: Some("see what --config or PACTLENS_CONFIG names, and who may read it".to_owned()),
                };
                self.layers.push((path.to_owned(), Layer { path: path.to_owned(), ..Layer::default() }));
                self.layers[0].1.problems.push(problem);
                0
            }
        };
        self.follow(layer, &mut Vec::new());
    }

    /// The index of a file, which is read unless it was before.
    fn load(&mut self, path: &Path) -> Result<usize, String> {
        let identity = files::identity(path);
        if let Some(known) = self.layers.iter().position(|(known, _)| *known == identity) {
            return Ok(known);
        }
        let (text, not_text) = files::load_config(path)?;
        let (file, mut problems) = file::parse(&text, self.today);
        if let Some(span) = not_text {
            let message = "The file is not UTF-8 from here on".to_owned();
            let help = Some("save it as UTF-8".to_owned());
            problems.insert(0, Problem { fault: Fault::Invalid, span, message, help });
        }
        self.layers
            .push((identity, Layer { path: path.to_owned(), text, file, problems, ..Layer::default() }));
        Ok(self.layers.len() - 1)
    }

    /// Plans what a file builds on, then the file.
    fn follow(&mut self, layer: usize, way: &mut Vec<usize>) {
        way.push(layer);
        for extends in self.layers[layer].1.file.extends.clone() {
            if self.steps.len() >= MAX_STEPS {
                self.complain(layer, extends.span, format!("This builds on more than {MAX_STEPS} files"));
                break;
            }
            let path = match extends.value {
                Extends::Preset(value) => {
                    self.steps.push(Planned::Preset(file::At { value, span: extends.span }, layer));
                    continue;
                }
                Extends::File(path) => path,
            };
            let folder = self.layers[layer].1.path.parent().unwrap_or(Path::new("/")).to_owned();
            let there = absolute(&folder, Path::new(&path.replace('\\', "/")));
            match self.load(&there) {
                Err(error) => {
                    self.complain(layer, extends.span, format!("'{path}' cannot be read: {error}"));
                    self.layers[layer].1.missing.push(there);
                }
                Ok(next) if way.contains(&next) => {
                    self.complain(layer, extends.span, format!("'{path}' extends this file in turn"));
                }
                Ok(_) if way.len() >= MAX_DEPTH => {
                    let message = format!("More than {MAX_DEPTH} files extend one another");
                    self.complain(layer, extends.span, message);
                }
                Ok(next) => self.follow(next, way),
            }
        }
        way.pop();
        self.steps.push(Planned::File(layer));
    }

    fn complain(&mut self, layer: usize, span: Span, message: String) {
        let problem = Problem { fault: Fault::Invalid, span, message, help: None };
        let problems = &mut self.layers[layer].1.problems;
        if !problems.contains(&problem) {
            problems.push(problem);
            problems.sort_by_key(|problem| problem.span);
        }
    }
}

#[cfg(test)]
mod tests;
