package io.strongroom.pipeline;

import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.schema.DatasetSchema;
import java.util.Objects;
import java.util.Optional;

/**
 * What all files that a run writes into a dataset have in common, as its manifest says it.
 *
 * @param schema their fields; registered before a run begins
 * @param layout how Parquet files are cut, such as {@code SINGLE_PAGE}, which DuckDB reads when
 *     they are encrypted; empty when there is nothing to say
 */
public record DatasetForm(DatasetSchema schema, Optional<String> layout) {
  /** Checks that nothing is missing. */
  public DatasetForm {
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(layout, "layout");
  }

  DatasetOutput of(DatasetOutput written) {
    DatasetOutput named = written.withSchema(schema.fingerprint());
    return layout.isPresent() ? named.withLayout(layout.get()) : named;
  }
}
