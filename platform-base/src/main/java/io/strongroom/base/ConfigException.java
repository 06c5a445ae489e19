package io.strongroom.base;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration or a secret cannot be used. Its category is always CONFIGURATION. */
public final class ConfigException extends PlatformException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigException(BaseErrorCode code, String problem, @Nullable Throwable cause) {
    super(code, problem, cause);
    this.problems = List.of(problem);
  }

  ConfigException(List<String> problems) {
    super(BaseErrorCode.CONFIGURATION_INVALID, String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * All problems, one sentence each, in the order in which they were found.
   *
   * @return at least one; each names its setting or file and none holds a value
   */
  public List<String> problems() {
    return problems;
  }
}
