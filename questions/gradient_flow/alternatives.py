ALTERNATIVES = {k: [] for k in ("rnn_layer","regression_model","loss_fn","gradient_visualizer","multilayer_rnn","train_layers","lstm_layer","lstm_gradients")}
