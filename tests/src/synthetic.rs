//! A schema of any size, made up: what benchmarks and tests of size use.

use std::fmt::Write as _;

/// How many models know each other closely.
const GROUP: usize = 5;

/// Every so many groups, [`next_schema`] changes one.
const CHANGED: usize = 10;

/// The text of a schema of `models` models.
///
/// They come in groups, as in a program of many parts: an account, things it owns, a tree of folders, labels (many to
/// many), and a log. The accounts of the groups form one long chain.
pub fn schema(models: usize) -> String {
    write_schema(models, |_| false)
}

/// The same schema after a release: in every tenth group a column comes, another one's type changes, an index goes.
pub fn next_schema(models: usize) -> String {
    write_schema(models, |group| group.is_multiple_of(CHANGED))
}

/// What a group's models have to know of it.
struct Group {
    number: usize,
    models: usize,
    is_last: bool,
    changed: bool,
}

fn write_schema(models: usize, changed: impl Fn(usize) -> bool) -> String {
    let groups = models.div_ceil(GROUP);
    let mut text = String::from("datasource db {\n  provider = \"postgresql\"\n}\n");
    for number in 0..groups {
        let group = Group {
            number,
            models: models - number * GROUP,
            is_last: number + 1 == groups,
            changed: changed(number),
        };
        let _ = write!(text, "\nenum State{number} {{\n  open\n  held\n  closed\n}}\n");
        let parts: [fn(&Group) -> String; GROUP] = [account, item, folder, label, event];
        for part in &parts[..group.models.min(GROUP)] {
            text.push('\n');
            text.push_str(&part(&group));
        }
    }
    text
}

fn account(group: &Group) -> String {
    let g = group.number;
    let mut fields = String::new();
    if group.changed {
        fields.push_str("  nickname  String?  @db.VarChar(40)\n");
    }
    if let Some(before) = g.checked_sub(1) {
        let _ =
            writeln!(fields, "  sponsor   Account{before}? @relation(fields: [sponsorId], references: [id])");
    }
    if !group.is_last {
        let _ = writeln!(fields, "  sponsored Account{}[]", g + 1);
    }
    if group.models > 1 {
        let _ = writeln!(fields, "  items     Item{g}[]");
    }
    if group.models > 4 {
        let _ = writeln!(fields, "  events    Event{g}[]");
    }
    format!(
        "model Account{g} {{
  id        BigInt   @id @default(autoincrement())
  email     String   @unique @db.VarChar(320)
  name      String
  state     State{g} @default(open)
  settings  Json     @default(\"{{}}\")
  invitedBy BigInt?
  inviter   Account{g}?  @relation(\"invites\", fields: [invitedBy], references: [id], onDelete: SetNull)
  invited   Account{g}[] @relation(\"invites\")
  createdAt DateTime @default(now()) @db.Timestamptz(3)
  sponsorId BigInt?
{fields}
  @@index([state, createdAt(sort: Desc)])
  @@map(\"account_{g}\")
}}
"
    )
}

fn item(group: &Group) -> String {
    let g = group.number;
    let mut rest = String::new();
    if group.models > 2 {
        let _ = writeln!(rest, "  folderId Int?");
        let _ = writeln!(rest, "  folder   Folder{g}? @relation(fields: [folderId], references: [id])");
    }
    if group.models > 3 {
        let _ = writeln!(rest, "  labels   Label{g}[]");
    }
    let size = if group.changed { "BigInt" } else { "Int" };
    let index = if group.changed { "" } else { "  @@index([ownerId, position])\n" };
    format!(
        "model Item{g} {{
  id       String  @id @default(uuid()) @db.Uuid
  title    String  @db.VarChar(200)
  price    Decimal @default(0) @db.Decimal(12, 2)
  size     {size}  @default(0)
  position Int     @default(0)
  tags     String[]
  ownerId  BigInt
  owner    Account{g} @relation(fields: [ownerId], references: [id], onDelete: Cascade)
{rest}
  @@unique([ownerId, title])
{index}}}
"
    )
}

fn folder(group: &Group) -> String {
    let g = group.number;
    format!(
        "model Folder{g} {{
  id       Int     @id @default(autoincrement())
  name     String
  parentId Int?    @map(\"parent_id\")
  parent   Folder{g}?  @relation(\"tree\", fields: [parentId], references: [id], onDelete: NoAction)
  children Folder{g}[] @relation(\"tree\")
  items    Item{g}[]

  @@index([parentId, name])
}}
"
    )
}

fn label(group: &Group) -> String {
    let g = group.number;
    format!(
        "model Label{g} {{
  name   String @id @db.VarChar(40)
  colour Int?   @db.Integer
  items  Item{g}[]
}}
"
    )
}

fn event(group: &Group) -> String {
    let g = group.number;
    format!(
        "model Event{g} {{
  accountId BigInt
  number    Int
  kind      String
  payload   Bytes?
  at        DateTime @default(now())
  account   Account{g} @relation(fields: [accountId], references: [id], onDelete: Cascade)

  @@id([accountId, number])
  @@index([kind, at], map: \"event_{g}_kind\")
}}
"
    )
}
