package io.strongroom.storage.parquet;

import io.strongroom.base.PlatformException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.impl.ColumnReaderImpl;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;
import org.jspecify.annotations.Nullable;

/** One column of a row group, value by value. A text of a dictionary is decoded once. */
final class ColumnCursor {
  private final FileLabel file;
  private final String what;
  private final SchemaColumn declared;
  private final int present;
  private final Value value;
  private final ColumnReader reader;
  private boolean empty;

  ColumnCursor(
      FileLabel file, String what, SchemaColumn declared, PrimitiveType type, ChunkPages pages) {
    this.file = file;
    this.what = what;
    this.declared = declared;
    this.present = type.isRepetition(Repetition.OPTIONAL) ? 1 : 0;
    this.value = new Value(declared.kind() == ColumnKind.STRING);
    ColumnDescriptor descriptor =
        new ColumnDescriptor(new String[] {type.getName()}, type, 0, present);
    try {
      this.reader = new ColumnReaderImpl(descriptor, pages, value, null);
    } catch (PlatformException failed) {
      throw failed;
    } catch (RuntimeException failed) {
      throw file.malformed(what + " cannot be decoded", failed);
    }
  }

  /** Goes to the next row of the row group. */
  void advance() {
    try {
      empty = reader.getCurrentDefinitionLevel() < present;
      if (!empty) {
        reader.writeCurrentValueToConverter();
      }
      reader.consume();
    } catch (PlatformException failed) {
      throw failed;
    } catch (RuntimeException failed) {
      throw file.malformed(what + " cannot be decoded", failed);
    }
    if (empty && !declared.nullable()) {
      throw file.failure(
          ParquetErrorCode.SCHEMA_MISMATCH, what + " holds null, but is read as required", null);
    }
  }

  boolean isNull() {
    return empty;
  }

  long number() {
    return value.number;
  }

  String text() {
    try {
      return value.text();
    } catch (CharacterCodingException | RuntimeException failed) {
      throw file.malformed(what + " holds what is not UTF-8", failed);
    }
  }

  BigDecimal decimal() {
    Binary digits = value.binary;
    try {
      return digits == null
          ? BigDecimal.valueOf(value.number, declared.scale())
          : new BigDecimal(new BigInteger(digits.getBytesUnsafe()), declared.scale());
    } catch (RuntimeException failed) {
      throw file.malformed(what + " holds what is no number", failed);
    }
  }

  /** Takes values from the decoder. */
  private static final class Value extends PrimitiveConverter {
    private final boolean texts;
    private @Nullable Dictionary dictionary;
    private @Nullable String[] decoded = new String[0];
    private int id;
    private long number;
    private @Nullable Binary binary;

    Value(boolean texts) {
      this.texts = texts;
    }

    @Override
    public boolean hasDictionarySupport() {
      return texts;
    }

    @Override
    public void setDictionary(Dictionary dictionary) {
      this.dictionary = dictionary;
      this.decoded = new String[dictionary.getMaxId() + 1];
    }

    @Override
    public void addValueFromDictionary(int dictionaryId) {
      if (dictionaryId < 0 || dictionaryId >= decoded.length) {
        throw new IndexOutOfBoundsException("a value is not in the dictionary");
      }
      id = dictionaryId;
      binary = null;
    }

    @Override
    public void addBinary(Binary value) {
      binary = value;
    }

    @Override
    public void addBoolean(boolean value) {
      number = value ? 1 : 0;
    }

    @Override
    public void addInt(int value) {
      number = value;
    }

    @Override
    public void addLong(long value) {
      number = value;
    }

    @Override
    public void addDouble(double value) {
      number = Double.doubleToRawLongBits(value);
    }

    String text() throws CharacterCodingException {
      if (binary != null) {
        return Utf8.decode(binary.getBytesUnsafe());
      }
      String text = decoded[id];
      if (text == null && dictionary != null) {
        text = Utf8.decode(dictionary.decodeToBinary(id).getBytesUnsafe());
        decoded[id] = text;
      }
      if (text == null) {
        throw new IllegalStateException("no value was read");
      }
      return text;
    }
  }
}
