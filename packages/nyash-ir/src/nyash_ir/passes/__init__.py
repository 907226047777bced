"""The passes: one file each, run in the order that `manager.order` derives."""
