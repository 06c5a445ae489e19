package io.strongroom.storage.parquet.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.crypto.DecryptionPropertiesFactory;
import org.apache.parquet.crypto.FileDecryptionProperties;

/**
 * Lets parquet-java, and with it Spark, read the encrypted files of runs. An application extends it
 * by a public class with a public constructor without parameters, and names that class in the
 * engine's setting {@code parquet.crypto.factory.class}.
 *
 * <p>Engines make an object of that class for each file; the retriever is made once in a process
 * for each such class, with the configuration of the first file, and kept.
 *
 * <p>Thread-safe.
 */
public abstract class RunKeyDecryption implements DecryptionPropertiesFactory {
  private static final Map<Class<?>, RunKeyRetriever> RETRIEVERS = new ConcurrentHashMap<>();

  /** For the application's class. */
  protected RunKeyDecryption() {}

  /**
   * Says where runs and keys are.
   *
   * @param configuration the engine's settings
   */
  protected abstract RunKeyRetriever retriever(Configuration configuration);

  /**
   * Whether a file that is not encrypted is read all the same: no, unless this is overridden, so
   * that nobody can put a file in the clear in the place of an encrypted one.
   *
   * @param configuration the engine's settings
   * @param file the file
   */
  protected boolean mayBeInTheClear(Configuration configuration, Path file) {
    return false;
  }

  /**
   * How to decrypt a file.
   *
   * @param configuration the engine's settings
   * @param file the file
   */
  @Override
  public final FileDecryptionProperties getFileDecryptionProperties(
      Configuration configuration, Path file) {
    FileDecryptionProperties.Builder properties =
        FileDecryptionProperties.builder()
            .withKeyRetriever(
                RETRIEVERS.computeIfAbsent(getClass(), type -> retriever(configuration)));
    if (mayBeInTheClear(configuration, file)) {
      properties.withPlaintextFilesAllowed();
    }
    return properties.build();
  }
}
