package io.strongroom.storage.parquet;

import io.strongroom.crypto.RangedSource;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/**
 * A column that is read from a file, or from nowhere when the file lacks it: what is kept of it
 * from one row group to the next, which is its vector and the buffers of its pages.
 */
final class ColumnSlot {
  private static final PrimitiveType NONE = Types.required(PrimitiveTypeName.BOOLEAN).named("none");

  final FileLabel file;
  final SchemaColumn column;
  final PrimitiveType type;
  final FileFooter.@Nullable Leaf leaf;
  final StoredForm form;
  final ColumnVector vector;
  final ChunkInput in;
  private byte[] opened = new byte[0];
  private byte[] inflated = new byte[0];

  ColumnSlot(
      FileLabel file,
      RangedSource source,
      SchemaColumn column,
      PrimitiveType type,
      FileFooter.@Nullable Leaf leaf,
      StoredForm form,
      int capacity) {
    this.file = file;
    this.column = column;
    this.type = type;
    this.leaf = leaf;
    this.form = form;
    this.vector = new ColumnVector(file, column, StoredForm.shape(column, type), capacity);
    this.in = new ChunkInput(source, file);
  }

  /** A column whose objects are put together of several leaves. */
  static ColumnSlot nested(FileLabel file, RangedSource source, SchemaColumn column, int capacity) {
    return new ColumnSlot(file, source, column, NONE, null, StoredForm.SAME, capacity);
  }

  /** Room for a page that was decrypted and needs nothing more. */
  byte[] opened(int size) {
    if (opened.length < size) {
      opened = new byte[size];
    }
    return opened;
  }

  /** Room for a page that was decompressed. */
  byte[] inflated(int size) {
    if (inflated.length < size) {
      inflated = new byte[size];
    }
    return inflated;
  }
}
