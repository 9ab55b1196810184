ActiveRecord::Schema.define(version: 1) do
  create_table :users, force: true do |t|
    t.string :email, null: false, index: { unique: true }
    t.string :encrypted_password, null: false, default: ""
    t.string :name, null: false
    t.string :role, null: false, default: "Sales"
    t.timestamps
  end

  create_table :contacts, force: true do |t|
    t.string :name, null: false
    t.string :email
    t.string :zalo_id
    t.timestamps
  end

  create_table :activity_logs, force: true do |t|
    t.string :kind, null: false
    t.integer :user_id
    t.integer :contact_id
    t.text :metadata
    t.timestamps
  end
end
