package io.strongroom.storage;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Marks temporary files with the process that writes them. */
final class OwnProcess {

  /** Number and start time, in seconds, of this process. */
  static final String ID = ProcessHandle.current().pid() + "-" + startOf(ProcessHandle.current());

  private static final Pattern MARK = Pattern.compile("(\\d{1,18})-(\\d{1,18})-.*");

  /** The start is derived from the time of boot, which is adjusted now and then. */
  private static final long TOLERANCE_SECONDS = 2;

  private OwnProcess() {}

  /** Whether the process whose mark starts this name may be running on this machine. */
  static boolean mayLive(String name) {
    Matcher mark = MARK.matcher(name);
    return mark.matches()
        && ProcessHandle.of(Long.parseLong(mark.group(1)))
            .filter(ProcessHandle::isAlive)
            .filter(p -> Math.abs(startOf(p) - Long.parseLong(mark.group(2))) <= TOLERANCE_SECONDS)
            .isPresent();
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(i -> i.getEpochSecond()).orElse(0L);
  }
}
