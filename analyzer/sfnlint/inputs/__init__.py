"""One module for each way in which a machine and its role are written down."""
