"""The product's vocabulary: frozen values that every room shares and none owns."""
