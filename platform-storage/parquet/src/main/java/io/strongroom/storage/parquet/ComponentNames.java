package io.strongroom.storage.parquet;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** How the components of Java record classes are named after columns. */
final class ComponentNames {
  private ComponentNames() {}

  /** The component that a field has, by its name or that in camel case; null without one. */
  static @Nullable RecordComponent component(Class<?> type, String field) {
    RecordComponent found = null;
    for (RecordComponent component : type.getRecordComponents()) {
      if (component.getName().equals(field)) {
        return component;
      }
      if (component.getName().equals(camelCase(field))) {
        found = component;
      }
    }
    return found;
  }

  /** The name in camel case: {@code customer_id} is {@code customerId}. */
  static String camelCase(String name) {
    StringBuilder camel = new StringBuilder();
    boolean upper = false;
    for (int index = 0; index < name.length(); index++) {
      char c = name.charAt(index);
      if (c == '_') {
        upper = !camel.isEmpty();
      } else {
        camel.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return camel.toString();
  }
}
