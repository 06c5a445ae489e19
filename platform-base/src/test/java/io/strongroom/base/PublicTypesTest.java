package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class PublicTypesTest {

  @Test
  void theseAndNoOtherTypesArePublic()
      throws IOException, URISyntaxException, ClassNotFoundException {
    Path root =
        Path.of(
            PlatformException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.').replace(".class", "");
        Class<?> type = Class.forName(name, false, getClass().getClassLoader());
        if (Modifier.isPublic(type.getModifiers()) && type.getEnclosingClass() == null) {
          found.add(name.substring("io.strongroom.base.".length()));
        }
      }
    }
    assertThat(found)
        .containsExactlyInAnyOrder(
            "BaseErrorCode",
            "ConfigException",
            "ConfigReader",
            "ErrorCategory",
            "ErrorCode",
            "JsonException",
            "JsonValue",
            "PlatformException",
            "Secret",
            "SecretReference");
  }
}
