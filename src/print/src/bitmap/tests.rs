use super::*;

#[test]
fn packed_rows_with_dirty_padding_come_out_clean() {
    let bitmap = Bitmap::from_packed(4, 2, vec![0xFF, 0x0F]).expect("two rows of one byte");
    assert_eq!(bitmap.bytes(), [0xF0, 0x00]);
}
