//! What may come next where an answer has to keep a JSON Schema.
//!
//! In: a schema; then the tokens of the answer, one after the other. Out: which tokens may follow, and those that have to. Invariant: an
//! answer that ends by itself is JSON of the schema's grammar. The grammar leaves out what `llguidance` can't express; whoever asked
//! checks the answer by the whole schema.

use std::sync::Arc;

use llguidance::api::TopLevelGrammar;
use llguidance::{Matcher, ParserFactory};
use serde_json::{Value, json};
use toktrie::{SimpleVob, TokEnv, TokRxInfo, TokTrie, TokenId, TokenizerEnv};

use crate::conversation::Marks;
use crate::vocabulary::Vocabulary;

/// Makes grammars for one vocabulary.
pub(crate) struct Grammars {
    factory: ParserFactory,
}

/// One answer's grammar, as far as the answer has come.
pub(crate) struct Grammar {
    matcher: Matcher,
}

/// The vocabulary as `llguidance` wants it.
struct Environment {
    trie: TokTrie,
    vocabulary: Arc<Vocabulary>,
}

impl TokenizerEnv for Environment {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<TokenId> {
        let mut tokens = Vec::new();
        self.vocabulary.encode_bytes(bytes, &mut tokens);
        tokens
    }
}

impl Grammars {
    pub(crate) fn new(vocabulary: &Arc<Vocabulary>, marks: &Marks) -> Result<Grammars, String> {
        let count = u32::try_from(vocabulary.len()).map_err(|error| error.to_string())?;
        let bytes = |token: u32| {
            let mark: &[u8] =
                if vocabulary.is_control(token) { &[TokTrie::SPECIAL_TOKEN_MARKER] } else { &[] };
            [mark, vocabulary.bytes(token)].concat()
        };
        let words: Vec<Vec<u8>> = (0..count).map(bytes).collect();
        let trie = TokTrie::from(&TokRxInfo::new(count, marks.end), &words);
        let environment: TokEnv = Arc::new(Environment { trie, vocabulary: vocabulary.clone() });
        let mut factory = ParserFactory::new_simple(&environment).map_err(|error| error.to_string())?;
        factory.quiet();
        factory.limits_mut().verbose_errors = false; // it would tell the answer
        Ok(Grammars { factory })
    }

    /// The grammar of a schema; `Err` says why there is none.
    pub(crate) fn of(&self, schema: &Value) -> Result<Grammar, String> {
        let mut schema = schema.clone();
        if let Some(object) = schema.as_object_mut() {
            // One way to write each value, and no way to write blanks for ever.
            let form = json!({"whitespace_flexible": false, "item_separator": ",", "key_separator": ":", "lenient": true});
            object.insert("x-guidance".to_owned(), form);
        }
        let parser = self.factory.create_parser(TopLevelGrammar::from_json_schema(schema));
        let matcher = Matcher::new(parser);
        match matcher.get_error() {
            Some(error) => Err(error),
            None => Ok(Grammar { matcher }),
        }
    }
}

impl Grammar {
    /// Tokens that have to come next, none where there is a choice; they count as taken.
    pub(crate) fn forced(&mut self) -> Vec<u32> {
        self.matcher.consume_ff_tokens()
    }

    /// Tokens that may come next.
    pub(crate) fn allowed(&mut self) -> Result<SimpleVob, String> {
        self.matcher.compute_mask_or_eos().map_err(|error| error.to_string())
    }

    /// Takes a token that may come.
    pub(crate) fn take(&mut self, token: u32) -> Result<(), String> {
        self.matcher.consume_token(token).map_err(|error| error.to_string())
    }

    /// Whether nothing can follow.
    pub(crate) fn is_whole(&self) -> bool {
        self.matcher.is_stopped()
    }
}
