package io.strongroom.crypto.subject;

import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Which field is sealed. A value sealed as one field is not opened as another.
 *
 * @param dataset name of the dataset, 1 to 256 characters
 * @param field name of the field, 1 to 256 characters
 */
public record SubjectField(String dataset, String field) {

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException when a name is empty, too long or no valid Unicode
   */
  public SubjectField {
    CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    if (!utf8.canEncode(dataset) || !utf8.canEncode(field)) {
      throw new IllegalArgumentException("dataset and field are valid Unicode");
    }
    if (dataset.isEmpty() || dataset.length() > 256 || field.isEmpty() || field.length() > 256) {
      throw new IllegalArgumentException("dataset and field have 1 to 256 characters");
    }
  }
}
