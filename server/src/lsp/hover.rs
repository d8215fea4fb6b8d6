//! `textDocument/hover`: the card.

use super::analyses;
use super::bank_file;
use super::commands;
use super::convert;
use super::proto::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind, Range};
use super::state::Shared;
use crate::features::card;

pub async fn hover(shared: &Shared, params: HoverParams) -> Option<Hover> {
    if !shared.state().settings.hover {
        return None;
    }
    let at = &params.text_document_position_params;
    if shared.is_markdown(&at.text_document.uri) {
        return bank_file::hover(shared, params).await;
    }
    let place = Range::new(at.position, at.position);
    let document = analyses::near(shared, &at.text_document.uri, place).await?;
    let state = shared.state();
    let (bank, encoding, client) = (state.bank.clone(), state.encoding, state.client);
    let options = card::Options {
        lang: state.lang(),
        keywords: state.settings.hover_keywords,
        max_lines: state.settings.hover_max_lines,
    };
    drop(state);
    let offset = convert::offset(&document.text, at.position, encoding);
    let card = card::at(&bank, &document.analysis, offset, options)?;
    let link = client.command_links.then(|| commands::link(&card.id));
    let (kind, value) = if client.hover_markdown {
        (MarkupKind::Markdown, card.markdown(link.as_deref()))
    } else {
        (MarkupKind::PlainText, card.plain())
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range: Some(convert::range(&document.text, &card.range, encoding)),
    })
}
