package io.strongroom.pipeline;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import java.util.Map;

/** Where the files of a run lie. */
final class DataPaths {
  private DataPaths() {}

  static String path(
      DatasetSpec spec, RunId run, Map<String, String> values, String fileName, String attempt) {
    try {
      return RunFiles.path(spec, run, attempt, values, fileName);
    } catch (StorageException refused) {
      throw new PipelineException(
          PipelineErrorCode.PATH_INVALID, String.valueOf(refused.getMessage()), refused);
    }
  }

  /** Whether a path is one that {@link #path} may have made for this run and dataset. */
  static boolean belongs(String path, DatasetSpec spec, RunId run) {
    return path.startsWith(spec.ref().path() + "/") && path.contains(runSegment(run));
  }

  private static String runSegment(RunId run) {
    return "/run_id=" + run.value() + "/";
  }
}
