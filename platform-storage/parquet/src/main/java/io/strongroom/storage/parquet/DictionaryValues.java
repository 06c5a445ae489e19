package io.strongroom.storage.parquet;

/** Values that stand in a dictionary. */
final class DictionaryValues extends PageValues {
  private final ColumnVector dictionary;
  private final RunDecoder ids;

  DictionaryValues(byte[] bytes, int from, int to, ColumnVector dictionary) {
    this.dictionary = dictionary;
    // A page of nothing but nulls may have no bytes here.
    int width = from == to ? 0 : bytes[from] & 0xff;
    this.ids = new RunDecoder(bytes, from == to ? to : from + 1, to, width, "dictionary ids");
  }

  @Override
  void read(ColumnVector into, int count) {
    int[] found = into.ids();
    ids.read(found, count);
    int entries = dictionary.rows();
    for (int index = 0; index < count; index++) {
      if (found[index] < 0 || found[index] >= entries) {
        throw new DamagedPageException("a value is not in the dictionary");
      }
    }
    switch (into.shape) {
      case LONGS -> {
        for (int index = 0; index < count; index++) {
          into.longs[index] = dictionary.longs[found[index]];
        }
      }
      case DOUBLES -> {
        for (int index = 0; index < count; index++) {
          into.doubles[index] = dictionary.doubles[found[index]];
        }
      }
      case RANGES -> {
        for (int index = 0; index < count; index++) {
          into.offsets[index] = dictionary.offsets[found[index]];
          into.lengths[index] = dictionary.lengths[found[index]];
        }
        into.data = dictionary.data;
        into.dictionary = dictionary;
      }
      case OBJECTS -> throw new IllegalStateException("objects are not stored");
    }
  }

  @Override
  void skip(int count) {
    ids.skip(count);
  }
}
