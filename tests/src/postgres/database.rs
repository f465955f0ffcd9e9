//! One database of the server.

use std::io::Write;
use std::process::Stdio;

use super::Server;

/// A database; it is dropped with the value.
#[derive(Debug)]
pub struct Database<'a> {
    server: &'a Server,
    name: String,
}

impl<'a> Database<'a> {
    pub(super) fn named(server: &'a Server, name: &str) -> Self {
        Self { server, name: name.to_owned() }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The URL of the database, by the server's socket.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Runs a script, statement by statement as `psql` reads it, and gives what it prints: rows unaligned, without
    /// headers.
    ///
    /// # Errors
    /// A statement fails: what the server says.
    pub fn run(&self, script: &str) -> Result<String, String> {
        match self.psql(script)? {
            (printed, None) => Ok(printed),
            (_, Some(error)) => Err(error),
        }
    }

    /// Runs a script as one transaction.
    ///
    /// # Errors
    /// A statement fails: what the server says. Nothing of the script is kept.
    pub fn run_in_transaction(&self, script: &str) -> Result<String, String> {
        self.run(&format!("BEGIN;\n{script}\nCOMMIT;\n"))
    }

    /// Runs scripts one after the other in one session and gives what each prints.
    ///
    /// # Errors
    /// A statement fails: what the server says, and the name of the script. The scripts after it are not run.
    pub fn run_all(&self, scripts: &[(String, String)]) -> Result<Vec<String>, String> {
        const MARK: &str = "=== next script";
        let text: String = scripts.iter().map(|(_, script)| format!("{script}\n\\echo '{MARK}'\n")).collect();
        let (printed, error) = self.psql(&text)?;
        let mut answers: Vec<String> = printed.split(&format!("{MARK}\n")).map(str::to_owned).collect();
        answers.pop();
        match error {
            None => Ok(answers),
            Some(error) => {
                let failed = scripts.get(answers.len()).map_or("", |(name, _)| name);
                Err(format!("{failed}: {error}"))
            }
        }
    }

    /// What a script prints, and what the server says of the statement that fails, if one does.
    fn psql(&self, script: &str) -> Result<(String, Option<String>), String> {
        let mut psql = self.server.psql(&self.name);
        psql.args(["-A", "-t", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = psql.spawn().and_then(|mut child| {
            let mut stdin = child.stdin.take().expect("stdin is piped");
            let script = script.to_owned();
            let feeder = std::thread::spawn(move || stdin.write_all(script.as_bytes()));
            let output = child.wait_with_output();
            // A script that fails early is not read to its end: that it was not is no news.
            let _ = feeder.join();
            output
        });
        let output = output.map_err(|error| format!("psql does not run: {error}"))?;
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((printed, (!output.status.success()).then_some(error)))
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if self.name != "postgres" {
            let _ =
                Self::named(self.server, "postgres").run(&format!("DROP DATABASE IF EXISTS {}", self.name));
        }
    }
}
