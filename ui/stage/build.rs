//! Compiles the scenes of the hall and the operator's window, with their translations, to Rust.

use slint_build::{CompilerConfiguration, DefaultTranslationContext, EmbedResourcesKind};

fn main() {
    // Element queries of the tests read ids and types; a release has no use for them.
    let for_tests = std::env::var("PROFILE").is_ok_and(|profile| profile != "release");
    let configuration = CompilerConfiguration::new()
        .with_style("fluent-light".into())
        .embed_resources(EmbedResourcesKind::EmbedFiles)
        .with_bundled_translations("lang")
        .with_default_translation_context(DefaultTranslationContext::None)
        .with_debug_info(for_tests);
    slint_build::compile_with_config("stage.slint", configuration).expect("the scenes compile");
}
