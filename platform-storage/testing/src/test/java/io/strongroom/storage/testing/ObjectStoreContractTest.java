package io.strongroom.storage.testing;

import io.strongroom.storage.LocalObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** All stores keep the contract. */
@Tag("verify")
class ObjectStoreContractTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> localStoreKeepsTheContract() {
    return tests(new ObjectStoreContract(() -> new LocalObjectStore(newFolder())));
  }

  @TestFactory
  Stream<DynamicTest> inMemoryStoreKeepsTheContract() {
    return tests(new ObjectStoreContract(InMemoryObjectStore::new));
  }

  @TestFactory
  Stream<DynamicTest> storeThatOnlyForwardsKeepsTheContract() {
    return tests(
        new ObjectStoreContract(() -> new ForwardingObjectStore(new InMemoryObjectStore()) {}));
  }

  private static Stream<DynamicTest> tests(ObjectStoreContract contract) {
    return contract.checks().stream().map(c -> DynamicTest.dynamicTest(c.name(), c::run));
  }

  private Path newFolder() {
    try {
      return Files.createTempDirectory(folder, "store");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
