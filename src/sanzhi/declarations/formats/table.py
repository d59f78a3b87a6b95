FORMAT = "cn-dec"; ROOT="x"; ROOTS=()
