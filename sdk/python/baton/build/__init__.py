"""Makes a component of a folder: `python -m baton.build FOLDER -o OUT.wasm`."""
