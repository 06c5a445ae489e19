package io.strongroom.pipeline;

import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.run.RunId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Where the files of a run lie. */
final class DataPaths {
  private static final Pattern COLUMN = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,79}");
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final List<String> TIME_COLUMNS = List.of("year", "month", "day", "hour");

  private DataPaths() {}

  static String path(
      DatasetSpec spec, RunId run, Map<String, String> values, String fileName, String attempt) {
    String partitions = partitions(spec, values);
    String schema = "schema_v=" + spec.schemaVersion() + "/";
    String runId = "run_id=" + run.value() + "/";
    String folders =
        switch (spec.ref().layer()) {
          case BRONZE, QUARANTINE, CONDEMNED -> partitions + runId;
          case SILVER -> partitions + schema + runId;
          case GOLD -> schema + runId + partitions;
        };
    return spec.ref().path() + "/" + folders + unique(spec, fileName, attempt);
  }

  /** Whether a path is one that {@link #path} may have made for this run and dataset. */
  static boolean belongs(String path, DatasetSpec spec, RunId run) {
    return path.startsWith(spec.ref().path() + "/") && path.contains(runSegment(run));
  }

  /** The folder of a run in which a file that {@link #belongs} lies, at any depth. */
  static String runFolder(String path, RunId run) {
    return path.substring(0, path.indexOf(runSegment(run)) + runSegment(run).length());
  }

  private static String runSegment(RunId run) {
    return "/run_id=" + run.value() + "/";
  }

  private static String partitions(DatasetSpec spec, Map<String, String> values) {
    List<String> columns = new ArrayList<>(TIME_COLUMNS);
    columns.retainAll(values.keySet());
    TreeSet<String> others = new TreeSet<>(values.keySet());
    TIME_COLUMNS.forEach(others::remove);
    columns.addAll(others);
    StringBuilder folders = new StringBuilder();
    for (String column : columns) {
      if (!COLUMN.matcher(column).matches()
          || column.equals("run_id")
          || column.equals("schema_v")) {
        throw invalid(spec, "partition column '" + column + "' is not allowed");
      }
      String value = values.get(column);
      if (value == null || !VALUE.matcher(value).matches()) {
        throw invalid(
            spec, "the value of partition column '" + column + "' does not match " + VALUE);
      }
      folders.append(column).append('=').append(value).append('/');
    }
    return folders.toString();
  }

  private static String unique(DatasetSpec spec, String fileName, String attempt) {
    if (!FILE_NAME.matcher(fileName).matches()) {
      throw invalid(spec, "a file name does not match " + FILE_NAME);
    }
    int end = fileName.length();
    for (String compression : List.of(".gz", ".zst")) {
      if (fileName.endsWith(compression)) {
        end -= compression.length();
      }
    }
    int dot = fileName.lastIndexOf('.', end - 1);
    int at = dot > 0 ? dot : end;
    return fileName.substring(0, at) + "-" + attempt + fileName.substring(at);
  }

  private static PipelineException invalid(DatasetSpec spec, String why) {
    return new PipelineException(
        PipelineErrorCode.PATH_INVALID, "dataset " + spec.ref().path() + ": " + why);
  }
}
