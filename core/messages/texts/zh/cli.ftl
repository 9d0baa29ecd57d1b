### The command line. Other programs use none of these.

