"""What frames the pages: launch, navigation, language, the reader's own data, shared panels, safe output."""
