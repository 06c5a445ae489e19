package io.strongroom.storage.parquet;

/** How the components of Java record classes are named after columns. */
final class ComponentNames {
  private ComponentNames() {}

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
