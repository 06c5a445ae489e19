package io.strongroom.storage.publication;

import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.Manifest;
import java.util.Objects;

/**
 * A file that is part of a dataset as published.
 *
 * @param manifest the run that wrote it
 * @param output what that run wrote into the dataset
 * @param file the file
 */
public record LiveFile(Manifest manifest, DatasetOutput output, DataFile file) {
  /** Checks that nothing is missing. */
  public LiveFile {
    Objects.requireNonNull(manifest, "manifest");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(file, "file");
  }
}
