//! Modules, and the other names of what has a line: single ones, and whole modules that are public elsewhere.

use std::collections::BTreeMap;

use super::Emitter;
use crate::typeshed::names::{is_private, is_private_module, join};

impl Emitter<'_, '_> {
    /// Lines for the other names of what has a line.
    pub(super) fn other_names(&mut self) {
        // From each module to the modules where its names are public, with their number.
        let mut moved: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        let mut stayed: BTreeMap<String, usize> = BTreeMap::new();
        let mut others: Vec<(String, String, String)> = Vec::new();
        for (id, places) in &self.names.bound {
            let public = self.names.canonical(id);
            if !self.lines.contains_key(&public) {
                continue;
            }
            for (module, name) in places {
                if self
                    .names
                    .rules
                    .internal
                    .contains(module.split('.').next().unwrap_or(module))
                    && !self.names.rules.undocumented.contains(module)
                {
                    continue;
                }
                let path = join(module, name);
                if path == public {
                    *stayed.entry(module.clone()).or_default() += 1;
                    continue;
                }
                // `hashlib._Hash` is a class that annotations name.
                let is_class = self.names.class(id).is_some()
                    && !matches!(public.as_str(), "typing.Any" | "object");
                if is_private(name) && id.module != *module && !is_class {
                    continue;
                }
                if let Some((home, last)) = public.rsplit_once('.')
                    && last == name
                {
                    *moved
                        .entry(module.clone())
                        .or_default()
                        .entry(home.to_owned())
                        .or_default() += 1;
                }
                others.push((module.clone(), name.clone(), public.clone()));
            }
        }
        let mut modules = self.names.rules.modules.clone();
        for (module, homes) in moved {
            let Some((home, count)) = homes.into_iter().max_by_key(|(_, count)| *count) else {
                continue;
            };
            let is_internal =
                is_private_module(&module) || self.names.rules.undocumented.contains(&module);
            let all_moved = stayed.get(&module).copied().unwrap_or(0) == 0;
            if self.names.library.is_module(&home) && (is_internal || all_moved && count > 1) {
                modules.entry(module).or_insert(home);
            }
        }
        for (module, name, public) in others {
            let path = join(&module, &name);
            let is_generic = module == "typing"
                && !public.starts_with("typing.")
                && self.is_class(&public)
                && name != "Text";
            if is_generic {
                self.lines.insert(path, format!("g\t{public}"));
                continue;
            }
            let by_module = modules.get(&module).is_some_and(|home| {
                format!("{home}.{name}") == public || self.names.is_offered(home, &name)
            });
            if !by_module {
                self.line(path, format!("=\t{public}"));
            }
        }
        for (module, home) in modules {
            self.line(format!("{module}.*"), format!("=\t{home}.*"));
        }
    }

    fn is_class(&self, name: &str) -> bool {
        self.lines
            .get(name)
            .is_some_and(|line| line.starts_with('c'))
    }

    pub(super) fn modules(&mut self) {
        for module in self.names.library.modules.keys() {
            if module.starts_with("_typeshed")
                || !self.is_public(module)
                || self.names.rules.modules.contains_key(module)
            {
                continue;
            }
            let prefix = format!("{module}.");
            let has_own = self
                .lines
                .range(prefix.clone()..)
                .take_while(|(name, _)| name.starts_with(&prefix))
                .any(|(_, line)| !line.starts_with('='));
            if has_own || !self.lines.contains_key(&format!("{module}.*")) {
                self.line(module.clone(), "m\t".to_owned());
            }
        }
    }
}
