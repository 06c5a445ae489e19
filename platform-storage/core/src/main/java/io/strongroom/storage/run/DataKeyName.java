package io.strongroom.storage.run;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.KeyClass;

/** Which data key of a run: that of a dataset, or of one of its key classes. */
record DataKeyName(DatasetRef dataset, KeyClass keyClass) implements Comparable<DataKeyName> {

  static DataKeyName of(DatasetRef dataset) {
    return new DataKeyName(dataset, KeyClass.DEFAULT);
  }

  boolean isDefault() {
    return keyClass.equals(KeyClass.DEFAULT);
  }

  /** The name of the key's code in {@code keys.json}; also gives the order of the keys. */
  String text() {
    return isDefault() ? dataset.path() : dataset.path() + "#" + keyClass.name();
  }

  /** In the words of messages. */
  String words() {
    return isDefault()
        ? "dataset " + dataset
        : "key class '" + keyClass.name() + "' of dataset " + dataset;
  }

  /** {@code purpose} for the default key, {@code purpose/class} for others. */
  String purpose(String purpose) {
    return isDefault() ? purpose : purpose + "/" + keyClass.name();
  }

  @Override
  public int compareTo(DataKeyName other) {
    return text().compareTo(other.text());
  }
}
