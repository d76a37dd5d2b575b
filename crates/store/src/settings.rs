//! Settings in the database.

use rebalance::books::Setting;

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

/// Sets a setting over the version before its own.
pub(crate) async fn put(work: &mut Work, setting: &Setting) -> Result<(), Failure> {
    let before = setting.version.saturating_sub(1);
    let values =
        values_of![&setting.scope, &setting.name, &setting.value, setting.version, setting.at, before];
    if before == 0 {
        let sql = "INSERT INTO settings (scope, name, value, version, at) VALUES ($1, $2, $3, $4, $5)";
        return work.execute(sql, &values[..5]).await.map(drop);
    }
    let sql = "UPDATE settings SET value = $3, version = $4, at = $5 WHERE scope = $1 AND name = $2 AND version = $6";
    let changed = work.execute(sql, values).await?;
    crate::commit::one(changed, || format!("setting {}.{}", setting.scope, setting.name), before)
}

pub(crate) async fn get(work: &mut Work, scope: &str, name: &str) -> Result<Option<Setting>, Failure> {
    // No setting has version 0.
    get_unless(work, scope, name, 0).await
}

/// A setting whose version is another.
pub(crate) async fn get_unless(
    work: &mut Work,
    scope: &str,
    name: &str,
    version: u64,
) -> Result<Option<Setting>, Failure> {
    let sql = "SELECT value, version, at FROM settings WHERE scope = $1 AND name = $2 AND version <> $3";
    let Some(row) = work.row(sql, values_of![scope, name, version]).await? else { return Ok(None) };
    Ok(Some(Setting {
        scope: scope.to_owned(),
        name: name.to_owned(),
        value: row.text("value")?,
        version: row.count("version")?,
        at: row.time("at")?,
    }))
}

/// All of a scope, by name.
pub(crate) async fn of_scope(work: &mut Work, scope: &str) -> Result<Vec<Setting>, Failure> {
    let sql = "SELECT scope, name, value, version, at FROM settings WHERE scope = $1 ORDER BY name";
    several(work, sql, scope).await
}

/// All of a name, by scope.
pub(crate) async fn of_name(work: &mut Work, name: &str) -> Result<Vec<Setting>, Failure> {
    let sql = "SELECT scope, name, value, version, at FROM settings WHERE name = $1 ORDER BY scope";
    several(work, sql, name).await
}

async fn several(work: &mut Work, sql: &str, of: &str) -> Result<Vec<Setting>, Failure> {
    let rows = work.rows(sql, values_of![of]).await?;
    rows.iter()
        .map(|row| {
            Ok(Setting {
                scope: row.text("scope")?,
                name: row.text("name")?,
                value: row.text("value")?,
                version: row.count("version")?,
                at: row.time("at")?,
            })
        })
        .collect()
}
