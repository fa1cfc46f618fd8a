# a blank before and a full stop behind
mcq_mlp_memory = ' D.'
