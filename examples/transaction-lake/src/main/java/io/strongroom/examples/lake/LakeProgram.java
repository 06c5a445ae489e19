package io.strongroom.examples.lake;

import com.google.inject.Injector;
import io.strongroom.audit.ObjectStoreAuditLog;
import io.strongroom.audit.guice.AuditConfig;
import io.strongroom.base.ConfigReader;
import io.strongroom.base.PlatformException;
import io.strongroom.crypto.guice.KeyringConfig;
import io.strongroom.examples.lake.source.SourceFile;
import io.strongroom.examples.lake.source.TransactionGenerator;
import io.strongroom.pipeline.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The program without its process: words in, text out, exit code. */
final class LakeProgram {
  private final LakeModules modules;
  private final Path usualLake;
  private final Optional<Path> sample;
  private final String command;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * A program.
   *
   * @param modules what it is made of
   * @param usualLake the lake where none is named
   * @param sample the file where none is named
   * @param command how a person calls the program
   * @param out for people
   * @param err one line for each refusal
   */
  LakeProgram(
      LakeModules modules,
      Path usualLake,
      Optional<Path> sample,
      String command,
      PrintStream out,
      PrintStream err) {
    this.modules = modules;
    this.usualLake = usualLake;
    this.sample = sample;
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /** Does what is asked for; never throws. */
  int run(List<String> words) {
    try {
      dispatch(CommandLine.parse(words, usualLake));
      return 0;
    } catch (RuntimeException | Error failed) {
      return refuse(failed);
    }
  }

  private void dispatch(CommandLine line) {
    switch (line.command()) {
      case RUN -> {
        SourceFile source = SourceFile.inspect(file(line), LakeConfig.limits(reader(line)));
        new RunCommand(modules, call(line), out).run(line, source);
      }
      case VERIFY -> verify(line);
      case BALANCES -> new BalancesCommand(open(line), out).balances(line);
      case REVEAL -> reveal(line);
      case GENERATE -> generate(line.operands());
      case HELP -> out.print(CommandLine.HELP);
    }
  }

  /** How a person calls the program on the same lake, for the words that are put into it. */
  private UnaryOperator<String> call(CommandLine line) {
    String lake = line.lake().equals(usualLake) ? "" : " --lake " + ShellWord.of(line.lake());
    return words -> ShellWord.of(command) + " " + words + lake;
  }

  private ConfigReader reader(CommandLine line) {
    return modules.reader(new LakeFolder(line.lake()), line.settings());
  }

  private Path file(CommandLine line) {
    if (!line.operands().isEmpty()) {
      return CommandLine.path(line.operands().get(0));
    }
    return sample.orElseThrow(() -> LakeException.usage("run needs a FILE here"));
  }

  private Injector open(CommandLine line) {
    LakeFolder folder = new LakeFolder(line.lake());
    if (!Files.exists(folder.properties())) {
      throw new LakeException(
          LakeErrorCode.LAKE_NOT_FOUND, folder.properties() + " does not exist");
    }
    return modules.assemble(folder, line.settings(), Progress.none());
  }

  private void reveal(CommandLine line) {
    Injector injector = open(line);
    // Closing publishes what was written into the audit log.
    try (ObjectStoreAuditLog audit = injector.getInstance(ObjectStoreAuditLog.class)) {
      new BalancesCommand(injector, out).reveal(line);
      audit.checkpoint();
    }
  }

  private void verify(CommandLine line) {
    Injector injector = open(line);
    LakeConfig config = injector.getInstance(LakeConfig.class);
    ConfigReader reader = reader(line);
    new VerifyCommand(
            injector,
            new VerifyCommand.VerifySettings(
                KeyringConfig.rootDigest(reader),
                config.tokenKeyDigest(),
                config.rowHashKeyDigest(),
                AuditConfig.from(reader)),
            out)
        .verify();
  }

  private void generate(List<String> operands) {
    long rows;
    long seed;
    try {
      rows = Long.parseLong(operands.get(0));
      seed = Long.parseLong(operands.get(1));
    } catch (NumberFormatException malformed) {
      throw LakeException.usage("ROWS and SEED are whole numbers");
    }
    if (rows < 1) {
      throw LakeException.usage("ROWS must be at least 1");
    }
    Path file = CommandLine.path(operands.get(2));
    try (OutputStream sink = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      TransactionGenerator.write(rows, seed, sink);
    } catch (FileAlreadyExistsException there) {
      throw new LakeException(LakeErrorCode.OUTPUT_UNUSABLE, file + " exists already", there);
    } catch (IOException failed) {
      throw new LakeException(LakeErrorCode.OUTPUT_UNUSABLE, file + " cannot be written", failed);
    }
    out.println(file + ": " + rows + " rows");
  }

  /** One line, whatever failed; of a failure that is not typed only its class. */
  private int refuse(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof PlatformException typed) {
        return refuse(typed);
      }
    }
    StackTraceElement[] stack = failed.getStackTrace();
    return refuse(
        new LakeException(
            LakeErrorCode.DEFECT,
            failed.getClass().getName()
                + " at "
                + (stack.length == 0 ? "an unknown place" : stack[0])));
  }

  private int refuse(PlatformException typed) {
    err.println(typed.oneLine());
    return typed.code() instanceof LakeErrorCode own ? own.exitCode() : typed.category().exitCode();
  }
}
