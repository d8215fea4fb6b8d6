//! The requests one by one: convert in, ask the pure function, convert out.

use super::edits::workspace_edit;
use super::{Asked, answer, files};
use crate::bank::Lang;
use crate::features::bank_file::{File, complete, outline, preview, refer, rename};
use crate::features::open;
use crate::lsp::proto::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Error,
    FoldingRange, FoldingRangeKind, FoldingRangeParams, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverContents, HoverParams, Location, MarkupContent, MarkupKind,
    PrepareRenameResponse, ReferenceParams, RenameParams, Result, SymbolInformation, SymbolKind,
    TextDocumentPositionParams, TextEdit, Uri, WorkspaceEdit,
};
use crate::lsp::state::Shared;
use crate::lsp::{commands, convert};
use std::path::{Path, PathBuf};

pub async fn document_symbols(
    shared: &Shared,
    params: DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let uri = params.text_document.uri;
    let of = uri.clone();
    let symbols = answer(shared, &uri, move |asked| {
        let symbols = outline::symbols(&File::read(&asked.path, &asked.whole));
        if asked.client.nested_symbols {
            let nested = symbols.iter().map(|symbol| nested(asked, symbol));
            DocumentSymbolResponse::Nested(nested.collect())
        } else {
            let mut flat = Vec::new();
            for symbol in &symbols {
                flatten(asked, &of, symbol, None, &mut flat);
            }
            DocumentSymbolResponse::Flat(flat)
        }
    });
    symbols.await
}

fn kind(symbol: &outline::Symbol) -> SymbolKind {
    match symbol.id {
        Some(_) => SymbolKind::STRING,
        None => SymbolKind::NAMESPACE,
    }
}

fn nested(asked: &Asked, symbol: &outline::Symbol) -> DocumentSymbol {
    let children = symbol.children.iter().map(|child| nested(asked, child));
    #[allow(deprecated)] // The field must be written, though not filled.
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: symbol.id.clone(),
        kind: kind(symbol),
        tags: None,
        deprecated: None,
        range: convert::range(&asked.text, &symbol.range, asked.encoding),
        selection_range: convert::range(&asked.text, &symbol.selection, asked.encoding),
        children: Some(children.collect::<Vec<_>>()).filter(|children| !children.is_empty()),
    }
}

fn flatten(
    asked: &Asked,
    uri: &Uri,
    symbol: &outline::Symbol,
    topic: Option<&str>,
    flat: &mut Vec<SymbolInformation>,
) {
    let range = convert::range(&asked.text, &symbol.range, asked.encoding);
    #[allow(deprecated)] // As above.
    flat.push(SymbolInformation {
        name: symbol.name.clone(),
        kind: kind(symbol),
        tags: None,
        deprecated: None,
        location: Location::new(uri.clone(), range),
        container_name: topic.map(String::from),
    });
    for child in &symbol.children {
        flatten(asked, uri, child, Some(&symbol.name), flat);
    }
}

pub async fn folding_ranges(
    shared: &Shared,
    params: FoldingRangeParams,
) -> Option<Vec<FoldingRange>> {
    let folds = answer(shared, &params.text_document.uri, |asked| {
        let folds = outline::folds(&File::read(&asked.path, &asked.whole));
        let lines = folds.iter().map(|fold| {
            let range = convert::range(&asked.text, fold, asked.encoding);
            FoldingRange {
                start_line: range.start.line,
                end_line: range.end.line,
                kind: Some(FoldingRangeKind::Region),
                ..Default::default()
            }
        });
        let lines: Vec<FoldingRange> = lines.filter(|f| f.start_line < f.end_line).collect();
        lines
    });
    folds.await
}

pub async fn complete(shared: &Shared, params: CompletionParams) -> Option<CompletionResponse> {
    let at = params.text_document_position;
    let found = answer(shared, &at.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, at.position, asked.encoding);
        let documents: Vec<PathBuf> = files(&asked.bank).map(Path::to_path_buf).collect();
        let around = complete::Around {
            ids: &|| {
                let entries = asked.bank.entries();
                entries.map(|e| (e.id(), e.question())).collect()
            },
            constructs: &|| asked.bank.constructs(),
            files: &documents,
            text: &|path| {
                let named = documents.iter().find(|file| *file == path);
                asked.text_of(named?)
            },
        };
        let found = complete::at(&asked.path, &asked.whole, offset, &around)?;
        let range = convert::range(&asked.text, &found.range, asked.encoding);
        let items = found.items.into_iter().enumerate().map(|(place, item)| {
            let new_text = format!("{}{}", item.label, item.more);
            CompletionItem {
                kind: Some(item_kind(item.kind)),
                detail: Some(item.detail).filter(|detail| !detail.is_empty()),
                sort_text: Some(format!("{place:03}")),
                filter_text: Some(item.filter).filter(|filter| *filter != item.label),
                text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text })),
                label: item.label,
                ..Default::default()
            }
        });
        Some(CompletionResponse::List(CompletionList {
            is_incomplete: found.incomplete,
            items: items.collect(),
        }))
    });
    found.await?
}

fn item_kind(kind: complete::Kind) -> CompletionItemKind {
    use complete::Kind;
    match kind {
        Kind::Key => CompletionItemKind::PROPERTY,
        Kind::Level => CompletionItemKind::ENUM_MEMBER,
        Kind::Syntax => CompletionItemKind::KEYWORD,
        Kind::Trap => CompletionItemKind::EVENT,
        Kind::Symbol => CompletionItemKind::CLASS,
        Kind::Question | Kind::Anchor => CompletionItemKind::REFERENCE,
        Kind::File => CompletionItemKind::FILE,
    }
}

pub async fn definition(
    shared: &Shared,
    params: GotoDefinitionParams,
) -> Option<GotoDefinitionResponse> {
    let at = params.text_document_position_params;
    let found = answer(shared, &at.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, at.position, asked.encoding);
        let (sources, own) = asked.sources(offset, None);
        let mut places = refer::definition(&sources, own, offset);
        places.retain(|place| {
            sources.iter().any(|s| refer::is_at(s, &place.path)) || place.path.exists()
        });
        let mut locations = asked.locations(&places);
        if locations.is_empty() {
            let source = sources.get(own);
            let id = source.and_then(|s| refer::id_at(&File::read(&s.path, &s.text), offset));
            locations.extend(id.and_then(|id| builtin(asked, &id)));
        }
        locations
    });
    let found = found.await.filter(|locations| !locations.is_empty());
    found.map(GotoDefinitionResponse::Array)
}

/// Where the copy of a built-in question lies.
fn builtin(asked: &Asked, id: &str) -> Option<Location> {
    let question = asked.bank.question(id, asked.options.lang)?;
    let place = open::locate(&asked.bank, question, &open::cache_folder()).ok()?;
    let range = convert::whole_line(place.line, &place.heading, asked.encoding);
    Some(Location::new(
        crate::lsp::uri::from_path(&place.path)?,
        range,
    ))
}

pub async fn references(shared: &Shared, params: ReferenceParams) -> Option<Vec<Location>> {
    let at = params.text_document_position;
    let declared = params.context.include_declaration;
    let found = answer(shared, &at.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, at.position, asked.encoding);
        let (sources, own) = asked.sources(offset, None);
        let places = refer::references(&sources, own, offset, declared);
        asked.locations(&places)
    });
    found.await.filter(|locations| !locations.is_empty())
}

/// # Errors
/// Says why the id under the cursor cannot be renamed.
pub async fn prepare_rename(
    shared: &Shared,
    params: TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>> {
    let found = answer(shared, &params.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, params.position, asked.encoding);
        let (sources, own) = asked.sources(offset, None);
        let found = rename::prepare(&sources, own, offset, &|id| asked.is_builtin(id))?;
        let found = found.map(|(range, id)| PrepareRenameResponse::RangeWithPlaceholder {
            range: convert::range(&asked.text, &range, asked.encoding),
            placeholder: id,
        });
        Ok(found)
    });
    found.await.unwrap_or(Ok(None)).map_err(refused)
}

/// # Errors
/// Says why the id cannot be renamed so.
pub async fn rename(shared: &Shared, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let at = params.text_document_position;
    let new = params.new_name.trim().to_string();
    let found = answer(shared, &at.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, at.position, asked.encoding);
        let (sources, own) = asked.sources(offset, Some(&new));
        let taken = |id: &str| {
            let of_bank = asked.bank.question(id, Lang::default())?;
            // The user's own were looked at as they stand now.
            let document = of_bank.document();
            document
                .is_builtin()
                .then(|| "the built-in bank".to_string())
        };
        let builtin = |id: &str| asked.is_builtin(id);
        let places = rename::rename(&sources, own, offset, &new, &builtin, &taken)?;
        Ok(Some(workspace_edit(asked, &places, &new)))
    });
    found.await.unwrap_or(Ok(None)).map_err(refused)
}

fn refused(message: String) -> Error {
    Error::invalid_params(message)
}

pub async fn hover(shared: &Shared, params: HoverParams) -> Option<Hover> {
    let at = params.text_document_position_params;
    let found = answer(shared, &at.text_document.uri, move |asked| {
        let offset = convert::offset(&asked.text, at.position, asked.encoding);
        let file = File::read(&asked.path, &asked.whole);
        let preview = preview::at(&file, offset, &asked.bank, asked.options)?;
        let (kind, value) = if asked.client.hover_markdown {
            let link = match &preview.said {
                preview::Said::Card(card) if asked.client.command_links => {
                    Some(commands::link(&card.id))
                }
                _ => None,
            };
            (MarkupKind::Markdown, preview.said.markdown(link.as_deref()))
        } else {
            (MarkupKind::PlainText, preview.said.plain())
        };
        Some(Hover {
            contents: HoverContents::Markup(MarkupContent { kind, value }),
            range: Some(convert::range(&asked.text, &preview.range, asked.encoding)),
        })
    });
    found.await?
}
