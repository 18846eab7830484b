fn main() {
    slint_build::compile("usher.slint").expect("the screens compile");
}
